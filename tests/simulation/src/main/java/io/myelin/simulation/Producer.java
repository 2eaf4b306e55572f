package io.myelin.simulation;

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
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * Writes to one partition with acks=all, several batches in flight. What fails, and all that
 * follows it, is sent again in the same order on a new connection.
 */
final class Producer extends Client {
  /** How the names of idempotent producers begin. */
  static final String IDEMPOTENT = "i";

  // What Kafka's idempotent producer keeps under way, and the broker remembers.
  private static final int IN_FLIGHT_MAX = 5;
  private static final int TIMEOUT_MS = 3000;

  private record Batch(int baseSequence, List<String> names) {}

  private final PartitionHistory target;
  private final boolean idempotent;
  private final ArrayDeque<Batch> inFlight = new ArrayDeque<>();
  private int number;
  private int sequence;
  private long producerId = -1;
  private short epoch = -1;
  private int lossesKnown;

  Producer(World world, String name, PartitionHistory target) {
    super(world, name);
    this.target = target;
    this.idempotent = name.startsWith(IDEMPOTENT);
  }

  boolean isIdle() {
    return inFlight.isEmpty();
  }

  @Override
  void onConnected() {
    if (idempotent && lossesKnown != target.losses()) {
      // What it sent may be gone, and with it the sequence: a new life, as an application
      // restarted.
      producerId = -1;
      inFlight.clear();
    }
    lossesKnown = target.losses();
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
    later(1 + world.random().nextInt(30), this::pump);
  }

  private Batch nextBatch() {
    List<String> names = new ArrayList<>();
    for (int i = world.random().nextInt(4); i >= 0; i--) {
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
    Compression compression =
        batch.baseSequence % 3 == 1 ? Compression.gzip().build() : Compression.NONE;
    return idempotent
        ? MemoryRecords.withIdempotentRecords(
            compression, producerId, epoch, batch.baseSequence, records)
        : MemoryRecords.withRecords(compression, records);
  }

  private void answered(Batch batch, ProduceResponseData answer) {
    PartitionProduceResponse result =
        answer.responses().iterator().next().partitionResponses().getFirst();
    Errors error = Errors.forCode(result.errorCode());
    if (inFlight.peek() != batch) {
      world.violation(name + ": answer to another than the oldest batch: " + batch);
    }
    switch (error) {
      case NONE -> {
        inFlight.poll();
        target.acknowledged(result.baseOffset(), batch.names);
        if (idempotent) {
          world.coverage().idempotentBatches++;
        }
      }
      case KAFKA_STORAGE_ERROR, REQUEST_TIMED_OUT, NOT_LEADER_OR_FOLLOWER -> reconnect();
      default ->
          world.violation(
              "%s: %s refused with %s (%s)".formatted(name, batch, error, result.errorMessage()));
    }
  }
}
