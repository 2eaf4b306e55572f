package io.myelin.simulation.cluster;

import io.myelin.simulation.Values;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * Writes to one partition with acks=all, several batches in flight. What fails, and all that
 * follows it, is sent again in the same order to whoever leads then.
 */
final class ClusterProducer extends ClusterClient {
  /** How the names of idempotent producers begin. */
  static final String IDEMPOTENT = "i";

  // What Kafka's idempotent producer keeps under way, and the broker remembers.
  private static final int IN_FLIGHT_MAX = 5;
  private static final int TIMEOUT_MS = 1_500;

  private record Batch(int baseSequence, List<String> names) {}

  private final PartitionLedger target;
  private final boolean idempotent;
  private final ArrayDeque<Batch> inFlight = new ArrayDeque<>();
  private int number;
  private int sequence;
  private long producerId = -1;
  private short epoch = -1;
  private int acknowledged;

  ClusterProducer(ClusterWorld world, String name, PartitionLedger target) {
    super(world, name);
    this.target = target;
    this.idempotent = name.startsWith(IDEMPOTENT);
  }

  boolean isIdle() {
    return inFlight.isEmpty();
  }

  /** Batches acknowledged so far. */
  int acknowledged() {
    return acknowledged;
  }

  @Override
  void locate() {
    locateLeader(target, leaderEpoch -> {});
  }

  @Override
  void onConnected() {
    if (idempotent && producerId < 0) {
      call(
          ApiKeys.INIT_PRODUCER_ID,
          4,
          new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(60_000),
          InitProducerIdResponseData.class,
          this::identified);
    } else {
      begin();
    }
  }

  private void identified(InitProducerIdResponseData answer) {
    if (answer.errorCode() != 0) {
      later(100, this::reconnect);
      return;
    }
    producerId = answer.producerId();
    epoch = answer.producerEpoch();
    sequence = 0;
    begin();
  }

  private void begin() {
    inFlight.forEach(this::send);
    pump();
  }

  private void pump() {
    if (!world.isStopping() && inFlight.size() < IN_FLIGHT_MAX) {
      Batch batch = nextBatch();
      inFlight.add(batch);
      send(batch);
    }
    later(5 + world.random().nextInt(60), this::pump);
  }

  private Batch nextBatch() {
    List<String> names = new ArrayList<>();
    for (int i = world.random().nextInt(3); i >= 0; i--) {
      String record = name + "-" + number++;
      target.attempt(record);
      names.add(record);
    }
    Batch batch = new Batch(sequence, names);
    sequence += names.size();
    return batch;
  }

  private void send(Batch batch) {
    TopicProduceDataCollection topics = new TopicProduceDataCollection();
    topics.add(
        new TopicProduceData()
            .setName(target.topic())
            .setPartitionData(
                List.of(
                    new PartitionProduceData().setIndex(target.id()).setRecords(records(batch)))));
    call(
        ApiKeys.PRODUCE,
        12,
        new ProduceRequestData().setAcks((short) -1).setTimeoutMs(TIMEOUT_MS).setTopicData(topics),
        ProduceResponseData.class,
        answer -> answered(batch, answer));
  }

  private MemoryRecords records(Batch batch) {
    long nowMs = world.simulation().clock().wallMs();
    SimpleRecord[] records =
        batch.names.stream()
            .map(record -> new SimpleRecord(nowMs, null, Values.of(record)))
            .toArray(SimpleRecord[]::new);
    return idempotent
        ? MemoryRecords.withIdempotentRecords(
            Compression.NONE, producerId, epoch, batch.baseSequence, records)
        : MemoryRecords.withRecords(Compression.NONE, records);
  }

  private void answered(Batch batch, ProduceResponseData answer) {
    var result = answer.responses().iterator().next().partitionResponses().getFirst();
    if (inFlight.peek() != batch) {
      world.violation(name + ": answer to another than the oldest batch: " + batch);
    }
    switch (Errors.forCode(result.errorCode())) {
      case NONE -> {
        inFlight.poll();
        acknowledged++;
        world.coverage().count(Count.ACKNOWLEDGED_BATCHES);
        if (idempotent) {
          world.coverage().count(Count.IDEMPOTENT_BATCHES);
        }
        for (int i = 0; i < batch.names.size(); i++) {
          target.told("acknowledged", result.baseOffset() + i, batch.names.get(i));
        }
      }
      case OUT_OF_ORDER_SEQUENCE_NUMBER -> {
        if (isAtNewestLeader(target.topic(), target.id())) {
          world.violation(name + ": " + batch + " is out of order at " + server());
        }
        reconnect();
      }
      case KAFKA_STORAGE_ERROR,
          REQUEST_TIMED_OUT,
          NOT_LEADER_OR_FOLLOWER,
          UNKNOWN_TOPIC_OR_PARTITION,
          NOT_ENOUGH_REPLICAS,
          NOT_ENOUGH_REPLICAS_AFTER_APPEND ->
          reconnect();
      default ->
          world.violation(
              "%s: %s refused with %s (%s)"
                  .formatted(
                      name, batch, Errors.forCode(result.errorCode()), result.errorMessage()));
    }
  }
}
