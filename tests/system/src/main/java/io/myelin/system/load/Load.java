package io.myelin.system.load;

import io.myelin.system.history.Strength;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;

/**
 * Clients at work on a topic of their own. The seed decides what each of them does; when it does it
 * is up to the machine. Confined to the thread of its owner, who calls {@link #start}, {@link
 * #stopProducing}, {@link #audit}, {@link #drainGroup} and {@link #close}, in this order.
 *
 * <p>Every client records into one history, which is whole after {@link #close}.
 */
public final class Load implements AutoCloseable {
  private static final Duration AUDIT_PATIENCE = Duration.ofSeconds(90);
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(90);

  private final LoadPlan plan;
  private final Surroundings surroundings;
  private final Random seeds;
  private final Stage producing = new Stage();
  private final Stage consuming = new Stage();
  private final Stage mortal = new Stage();
  private final List<Thread> producers = new ArrayList<>();
  private final List<Thread> consumers = new ArrayList<>();
  private final AtomicInteger producerNumbers = new AtomicInteger();
  private final AtomicInteger memberNumbers = new AtomicInteger();
  private final GroupProgress progress = new GroupProgress();
  private final List<Throwable> failures = new ArrayList<>();

  public Load(LoadPlan plan, String bootstrap, Recorder recorder, long seed) {
    this.plan = plan;
    this.surroundings =
        new Surroundings(bootstrap, "system", "system-group", recorder, new Troubles());
    this.seeds = new Random(seed);
  }

  /** Makes the topic, and sets everybody to work. */
  public void start() throws InterruptedException {
    makeTopic();
    for (int i = 0; i < plan.idempotentProducers() + plan.leaderOnlyProducers(); i++) {
      Strength strength =
          i < plan.idempotentProducers() ? Strength.EXACTLY_ONCE : Strength.LEADER_ONLY;
      ProducerTask task =
          new ProducerTask(
              surroundings, plan, producing, strength, producerNumbers::getAndIncrement, random());
      producers.add(run("producer-" + i, task));
    }
    for (int i = 0; i < plan.readers(); i++) {
      consumers.add(
          run(
              "reader-" + i,
              new ReaderTask(i, surroundings, plan.partitions(), consuming, random())));
    }
    for (int i = 0; i < plan.members(); i++) {
      MemberTask task =
          new MemberTask(
              surroundings, consuming, mortal, memberNumbers::getAndIncrement, random(), progress);
      consumers.add(run("member-" + i, task));
    }
  }

  private Random random() {
    return new Random(seeds.nextLong());
  }

  private void makeTopic() throws InterruptedException {
    NewTopic topic =
        new NewTopic(surroundings.topic(), plan.partitions(), plan.replicationFactor())
            .configs(plan.topicConfigs());
    try (Admin admin =
        Admin.create(ClientSettings.client(surroundings.bootstrap(), "topic-maker"))) {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the topic could not be made", e.getCause());
    }
  }

  private Thread run(String name, Task task) {
    return Thread.ofPlatform()
        .name(name)
        .start(
            () -> {
              try {
                task.run();
              } catch (InterruptedException | RuntimeException | Error e) {
                failed(e);
              }
            });
  }

  private synchronized void failed(Throwable failure) {
    failures.add(failure);
  }

  /** Returns when every record has an outcome. */
  public void stopProducing() throws InterruptedException {
    producing.end();
    for (Thread producer : producers) {
      producer.join();
    }
  }

  /**
   * Reads all of the topic with a consumer that knows nothing.
   *
   * @return each partition's end
   * @throws IllegalStateException if that did not work out in time
   */
  public Map<Integer, Long> audit() {
    Map<Integer, Long> ends = new TreeMap<>();
    try (PartitionReader reader = new PartitionReader(plan.readers(), surroundings)) {
      for (int partition = 0; partition < plan.partitions(); partition++) {
        ends.put(partition, audit(reader, partition));
      }
    }
    return ends;
  }

  private long audit(PartitionReader reader, int partition) {
    long deadlineNs = System.nanoTime() + AUDIT_PATIENCE.toNanos();
    while (true) {
      try {
        return reader.readToEnd(partition, end -> 0, Long.MAX_VALUE, AUDIT_PATIENCE);
      } catch (KafkaException e) {
        surroundings.troubles().note("an audit failed", e);
        if (System.nanoTime() > deadlineNs) {
          throw new IllegalStateException("partition " + partition + " cannot be read", e);
        }
      }
    }
  }

  /**
   * Lets the group finish its work.
   *
   * @throws IllegalStateException if it did not in time
   */
  public void drainGroup(Map<Integer, Long> ends) throws InterruptedException {
    mortal.end();
    if (!progress.await(ends, DRAIN_PATIENCE)) {
      throw new IllegalStateException(
          "the group has committed %s, and should have come to %s within %s"
              .formatted(progress, ends, DRAIN_PATIENCE));
    }
  }

  /** What clients complained about. */
  public Troubles troubles() {
    return surroundings.troubles();
  }

  /**
   * Stops all clients.
   *
   * @throws IllegalStateException if one of them broke, which says nothing about the cluster
   */
  @Override
  public void close() throws InterruptedException {
    stopProducing();
    consuming.end();
    for (Thread consumer : consumers) {
      consumer.join();
    }
    if (!failures.isEmpty()) {
      IllegalStateException broken = new IllegalStateException("a client of the load broke");
      failures.forEach(broken::addSuppressed);
      throw broken;
    }
  }
}
