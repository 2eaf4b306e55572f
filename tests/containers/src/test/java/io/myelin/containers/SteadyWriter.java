package io.myelin.containers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * An idempotent producer with acks=all that writes 0, 1, 2 and so on to partition 0 of a topic, a
 * hundred a second, and knows what was acknowledged when.
 */
final class SteadyWriter implements AutoCloseable {
  private static final long INTERVAL_MS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String topic;
  private final KafkaProducer<String, String> producer;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;

  /** Both guarded by this. */
  private final List<String> acknowledged = new ArrayList<>();

  private final List<Long> timesNs = new ArrayList<>();
  private Exception failure;

  SteadyWriter(String bootstrap, String topic) {
    this.topic = topic;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                // How long the client waits for one that says nothing, whoever leads by then: for
                // an answer, and for a connection (10 s, if nobody says otherwise).
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                500,
                ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG,
                500,
                ProducerConfig.LINGER_MS_CONFIG,
                0),
            new StringSerializer(),
            new StringSerializer());
    this.thread = Thread.ofPlatform().name("steady-writer").start(this::write);
  }

  private void write() {
    try {
      for (int i = 0; !over.await(INTERVAL_MS, TimeUnit.MILLISECONDS); i++) {
        String value = Integer.toString(i);
        producer.send(new ProducerRecord<>(topic, 0, null, value), (_, e) -> answered(value, e));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void answered(String value, Exception e) {
    if (e == null) {
      acknowledged.add(value);
      timesNs.add(System.nanoTime());
    } else {
      failure = e;
    }
    notifyAll();
  }

  /**
   * Returns when so many more have been acknowledged.
   *
   * @throws AssertionError if one was given up, or if it takes a minute
   */
  synchronized void awaitMore(int count) throws InterruptedException {
    int goal = acknowledged.size() + count;
    long endNs = System.nanoTime() + PATIENCE.toNanos();
    while (acknowledged.size() < goal) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
      if (failure != null || leftMs <= 0) {
        throw new AssertionError(
            "%d of %d were acknowledged".formatted(acknowledged.size(), goal), failure);
      }
      wait(leftMs);
    }
  }

  /**
   * The longest time between two acknowledgements that follow one another, the later since then.
   */
  synchronized Duration longestGapSince(long fromNs) {
    long longestNs = 0;
    for (int at = timesNs.size() - 1; at > 0 && timesNs.get(at) >= fromNs; at--) {
      longestNs = Math.max(longestNs, timesNs.get(at) - timesNs.get(at - 1));
    }
    return Duration.ofNanos(longestNs);
  }

  /** Stops, and returns all that was acknowledged, in the order of the acknowledgements. */
  List<String> finish() throws InterruptedException {
    close();
    synchronized (this) {
      if (failure != null) {
        throw new AssertionError("a record was given up", failure);
      }
      return List.copyOf(acknowledged);
    }
  }

  @Override
  public void close() throws InterruptedException {
    over.countDown();
    thread.join();
    producer.close();
  }
}
