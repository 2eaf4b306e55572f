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
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * Writes batches to one partition with acks=all, several in flight. What is refused, and all that
 * follows it, is sent again in the same order on the next connection.
 */
public final class BatchSender {
  /** How the names of idempotent producers begin. */
  public static final String IDEMPOTENT = "i";

  // What Kafka's idempotent producer keeps under way, and the broker remembers.
  private static final int IN_FLIGHT_MAX = 5;

  /** Records of unique names. */
  public record Batch(int baseSequence, List<String> names) {}

  /**
   * How it writes.
   *
   * @param compresses whether every third batch is compressed
   */
  public record Pace(
      int recordsMax, int pauseMsMin, int pauseMsMax, int timeoutMs, boolean compresses) {}

  /** The client that sends. */
  public interface Host {
    String topic();

    int partition();

    /** Whether nothing new is begun any more. */
    boolean isStopping();

    long nowMs();

    /** A record of this name will be sent. */
    void attempt(String record);

    void acknowledged(long baseOffset, Batch batch);

    /** The batch and those behind it are kept: a new connection is to follow. */
    void refused(Batch batch, Errors error, String message);
  }

  private final ConnectedClient client;
  private final Pace pace;
  private final Host host;
  private final boolean idempotent;
  private final ArrayDeque<Batch> inFlight = new ArrayDeque<>();
  private int number;
  private int sequence;
  private long producerId = -1;
  private short epoch = -1;

  public BatchSender(ConnectedClient client, Pace pace, Host host) {
    this.client = client;
    this.pace = pace;
    this.host = host;
    this.idempotent = client.name.startsWith(IDEMPOTENT);
  }

  public boolean isIdempotent() {
    return idempotent;
  }

  public boolean isIdle() {
    return inFlight.isEmpty();
  }

  /** A new life, as of an application that is started anew. */
  public void forget() {
    producerId = -1;
    inFlight.clear();
  }

  /**
   * A new producer id, as Kafka's client takes one where its sequence is broken: what is under way
   * is sent again under it, on the next connection.
   */
  public void renew() {
    producerId = -1;
  }

  /** There is a new connection. */
  public void begin() {
    if (idempotent && producerId < 0) {
      client.call(
          ApiKeys.INIT_PRODUCER_ID,
          4,
          new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(60_000),
          InitProducerIdResponseData.class,
          this::identified);
    } else {
      goOn();
    }
  }

  private void identified(InitProducerIdResponseData answer) {
    if (answer.errorCode() != 0) {
      client.later(100, client::reconnect);
      return;
    }
    producerId = answer.producerId();
    epoch = answer.producerEpoch();
    renumber();
    goOn();
  }

  private void renumber() {
    sequence = 0;
    for (int left = inFlight.size(); left > 0; left--) {
      Batch batch = new Batch(sequence, inFlight.poll().names);
      inFlight.add(batch);
      sequence += batch.names.size();
    }
  }

  private void goOn() {
    inFlight.forEach(this::send);
    pump();
  }

  private void pump() {
    if (!host.isStopping() && inFlight.size() < IN_FLIGHT_MAX) {
      Batch batch = nextBatch();
      inFlight.add(batch);
      send(batch);
    }
    int pauseMs = client.random().nextInt(pace.pauseMsMax - pace.pauseMsMin);
    client.later(pace.pauseMsMin + pauseMs, this::pump);
  }

  private Batch nextBatch() {
    List<String> names = new ArrayList<>();
    for (int i = client.random().nextInt(pace.recordsMax); i >= 0; i--) {
      String record = client.name + "-" + number++;
      host.attempt(record);
      names.add(record);
    }
    Batch batch = new Batch(sequence, names);
    sequence += names.size();
    return batch;
  }

  private void send(Batch batch) {
    PartitionProduceData data =
        new PartitionProduceData().setIndex(host.partition()).setRecords(records(batch));
    TopicProduceDataCollection topics = new TopicProduceDataCollection();
    topics.add(new TopicProduceData().setName(host.topic()).setPartitionData(List.of(data)));
    client.call(
        ApiKeys.PRODUCE,
        12,
        new ProduceRequestData()
            .setAcks((short) -1)
            .setTimeoutMs(pace.timeoutMs)
            .setTopicData(topics),
        ProduceResponseData.class,
        answer -> answered(batch, answer));
  }

  private MemoryRecords records(Batch batch) {
    long nowMs = host.nowMs();
    SimpleRecord[] records =
        batch.names.stream()
            .map(name -> new SimpleRecord(nowMs, null, Values.of(name)))
            .toArray(SimpleRecord[]::new);
    Compression compression =
        pace.compresses && batch.baseSequence % 3 == 1
            ? Compression.gzip().build()
            : Compression.NONE;
    return idempotent
        ? MemoryRecords.withIdempotentRecords(
            compression, producerId, epoch, batch.baseSequence, records)
        : MemoryRecords.withRecords(compression, records);
  }

  private void answered(Batch batch, ProduceResponseData answer) {
    var result = answer.responses().iterator().next().partitionResponses().getFirst();
    if (inFlight.peek() != batch) {
      client.violation("answer to another than the oldest batch: " + batch);
    }
    Errors error = Errors.forCode(result.errorCode());
    if (error == Errors.NONE) {
      inFlight.poll();
      host.acknowledged(result.baseOffset(), batch);
    } else {
      host.refused(batch, error, result.errorMessage());
    }
  }
}
