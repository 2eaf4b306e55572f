package io.myelin.system.load;

import io.myelin.system.history.Event;
import io.myelin.system.history.Outcome;
import io.myelin.system.history.RecordId;
import io.myelin.system.history.Strength;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Sends at a steady pace to partitions at random. A producer that Kafka's client declares dead is
 * followed by a new one, under a new number. Ends with its stage, with an outcome for every record.
 */
final class ProducerTask implements Task {
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

  private final Surroundings surroundings;
  private final LoadPlan plan;
  private final Stage stage;
  private final Strength strength;
  private final IntSupplier numbers;
  private final RandomGenerator random;
  private final Recorder recorder;

  ProducerTask(
      Surroundings surroundings,
      LoadPlan plan,
      Stage stage,
      Strength strength,
      IntSupplier numbers,
      RandomGenerator random) {
    this.surroundings = surroundings;
    this.plan = plan;
    this.stage = stage;
    this.strength = strength;
    this.numbers = numbers;
    this.random = random;
    this.recorder = surroundings.recorder();
  }

  @Override
  public void run() throws InterruptedException {
    while (!stage.isOver()) {
      int number = numbers.getAsInt();
      recorder.record(new Event.ProducerStarted(number, strength));
      KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(ClientSettings.producer(surroundings.bootstrap(), number, strength));
      try {
        sendAtPace(producer, number);
      } finally {
        producer.close(CLOSE_PATIENCE);
      }
    }
  }

  private void sendAtPace(KafkaProducer<byte[], byte[]> producer, int number)
      throws InterruptedException {
    long intervalNs = Duration.ofSeconds(1).toNanos() / plan.recordsPerSecond();
    long dueNs = System.nanoTime();
    for (long sent = 0; !stage.isOver(); sent++) {
      if (!send(producer, RecordId.of(number, sent))) {
        return;
      }
      // What a stall held up is not made up for: the pace is steady, not the sum.
      dueNs = Math.max(dueNs + intervalNs, System.nanoTime() - intervalNs);
      stage.pause(Duration.ofNanos(dueNs - System.nanoTime()));
    }
  }

  /** Returns false when the producer is of no more use. */
  private boolean send(KafkaProducer<byte[], byte[]> producer, long record) {
    int partition = random.nextInt(plan.partitions());
    int bytes = random.nextInt(RecordValue.BYTES_MIN, plan.valueBytesMax() + 1);
    Sent sent = new Sent(record, partition, recorder.nowUs());
    try {
      producer.send(
          new ProducerRecord<>(
              surroundings.topic(), partition, null, RecordValue.encode(record, bytes)),
          sent);
    } catch (KafkaException e) {
      sent.refused(e);
    }
    return !sent.returned();
  }

  /** Records how it went. Confined to the sending thread until {@code returned}. */
  private final class Sent implements Callback {
    private final long record;
    private final int partition;
    private final long startUs;
    private final Thread sender = Thread.currentThread();
    private volatile boolean returned;
    private boolean producerDied;

    Sent(long record, int partition, long startUs) {
      this.record = record;
      this.partition = partition;
      this.startUs = startUs;
    }

    /** The call of send is over; whether the producer died in it. */
    boolean returned() {
      returned = true;
      return producerDied;
    }

    @Override
    public void onCompletion(RecordMetadata metadata, Exception e) {
      if (e == null) {
        tell(new Outcome.Acknowledged(metadata.offset()));
      } else if (!returned && Thread.currentThread() == sender) {
        refused(e);
      } else {
        surroundings.troubles().note("a record's outcome is unknown", e);
        tell(new Outcome.Unknown());
      }
    }

    /** Within send: the record was never handed to the thread that talks to brokers. */
    void refused(Exception e) {
      surroundings.troubles().note("a record was not sent", e);
      tell(new Outcome.Failed());
      // Time runs out while a broker is away. Anything else is the client's last word.
      producerDied = !(e instanceof TimeoutException);
    }

    private void tell(Outcome outcome) {
      recorder.record(new Event.Produced(record, partition, startUs, recorder.nowUs(), outcome));
    }
  }
}
