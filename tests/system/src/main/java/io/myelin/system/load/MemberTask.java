package io.myelin.system.load;

import io.myelin.system.history.Event;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * A member of a consumer group that commits by hand, some time after the work. Lives for some
 * seconds, then leaves or dies without a word, and another takes its place; once the load is being
 * drained it stays.
 */
final class MemberTask implements Task {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LIFE_MIN = Duration.ofSeconds(8);
  private static final Duration LIFE_MAX = Duration.ofSeconds(40);

  private final Surroundings surroundings;
  private final Stage stage;
  private final Stage mortal;
  private final IntSupplier numbers;
  private final RandomGenerator random;
  private final GroupProgress progress;
  private final Recorder recorder;

  /**
   * @param mortal once over, members neither leave nor die, and commit all that they did
   */
  MemberTask(
      Surroundings surroundings,
      Stage stage,
      Stage mortal,
      IntSupplier numbers,
      RandomGenerator random,
      GroupProgress progress) {
    this.surroundings = surroundings;
    this.stage = stage;
    this.mortal = mortal;
    this.numbers = numbers;
    this.random = random;
    this.progress = progress;
    this.recorder = surroundings.recorder();
  }

  @Override
  public void run() {
    while (!stage.isOver()) {
      new Life(numbers.getAsInt()).live();
    }
  }

  /** One member, from joining to its end. */
  private final class Life implements ConsumerRebalanceListener {
    private final int member;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> done = new HashMap<>();

    Life(int member) {
      this.member = member;
      this.consumer =
          new KafkaConsumer<>(
              ClientSettings.member(surroundings.bootstrap(), surroundings.group(), member));
    }

    void live() {
      long endNs = System.nanoTime() + random.nextLong(LIFE_MIN.toNanos(), LIFE_MAX.toNanos());
      consumer.subscribe(List.of(surroundings.topic()), this);
      try {
        while (!stage.isOver() && (mortal.isOver() || System.nanoTime() < endNs)) {
          work();
        }
      } catch (KafkaException e) {
        surroundings.troubles().note("a member failed", e);
      } finally {
        close();
      }
    }

    private void work() {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      for (TopicPartition source : records.partitions()) {
        process(source, records.records(source));
      }
      if (!done.isEmpty() && (mortal.isOver() || random.nextInt(5) == 0)) {
        commit();
      }
    }

    private void process(TopicPartition source, List<ConsumerRecord<byte[], byte[]>> records) {
      long atUs = recorder.nowUs();
      PartitionReader.forEachRun(
          records,
          (base, ids) ->
              recorder.record(
                  new Event.GroupProcessed(member, source.partition(), atUs, base, ids)));
      done.put(source, records.getLast().offset() + 1);
    }

    /** Partition by partition, so that each commit has a fate of its own. */
    private void commit() {
      for (Map.Entry<TopicPartition, Long> entry : Map.copyOf(done).entrySet()) {
        int partition = entry.getKey().partition();
        long startUs = recorder.nowUs();
        boolean acknowledged = false;
        try {
          consumer.commitSync(Map.of(entry.getKey(), new OffsetAndMetadata(entry.getValue())));
          acknowledged = true;
          done.remove(entry.getKey());
        } catch (KafkaException e) {
          surroundings.troubles().note("a commit failed", e);
        }
        recorder.record(
            new Event.GroupCommitted(
                member, partition, startUs, recorder.nowUs(), entry.getValue(), acknowledged));
        if (acknowledged) {
          progress.committed(partition, entry.getValue());
        }
      }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      for (TopicPartition source : partitions) {
        long startUs = recorder.nowUs();
        long offset = consumer.position(source); // asks the coordinator
        recorder.record(
            new Event.GroupResumed(member, source.partition(), startUs, recorder.nowUs(), offset));
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // Uncommitted work is done again by whoever comes next.
      partitions.forEach(done::remove);
    }

    private void close() {
      GroupMembershipOperation farewell =
          random.nextBoolean() || stage.isOver()
              ? GroupMembershipOperation.LEAVE_GROUP
              : GroupMembershipOperation.REMAIN_IN_GROUP;
      consumer.close(
          CloseOptions.timeout(Duration.ofSeconds(5)).withGroupMembershipOperation(farewell));
    }
  }
}
