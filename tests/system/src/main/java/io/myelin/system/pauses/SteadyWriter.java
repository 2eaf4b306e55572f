package io.myelin.system.pauses;

import io.myelin.system.load.Troubles;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An idempotent producer with acks=all that writes a record every few milliseconds to partition 0
 * of a topic. {@link #close} waits for what is under way.
 */
final class SteadyWriter implements AutoCloseable {
  static final Duration INTERVAL = Duration.ofMillis(5);
  private static final int VALUE_BYTES = 100;

  private final String topic;
  private final AckTimes acknowledged;
  private final Troubles troubles;
  private final CountDownLatch over = new CountDownLatch(1);
  private final KafkaProducer<byte[], byte[]> producer;
  private final Thread thread;

  /**
   * @param troubles is told of records that were given up
   */
  SteadyWriter(String bootstrap, String topic, AckTimes acknowledged, Troubles troubles) {
    this.troubles = troubles;
    this.topic = topic;
    this.acknowledged = acknowledged;
    this.producer = new KafkaProducer<>(settings(bootstrap));
    this.thread = Thread.ofPlatform().name("steady-writer").start(this::write);
  }

  private static Properties settings(String bootstrap) {
    Properties settings = new Properties();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // The one setting that a frozen leader makes a difference to: the client waits this long for
    // its answer, whoever leads by then.
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 500);
    return settings;
  }

  private void write() {
    try {
      long dueNs = System.nanoTime();
      while (over.getCount() > 0) {
        producer.send(
            new ProducerRecord<>(topic, 0, null, new byte[VALUE_BYTES]),
            (metadata, e) -> {
              if (e == null) {
                acknowledged.add(System.nanoTime());
              } else {
                troubles.note("the writer gave a record up", e);
              }
            });
        dueNs = Math.max(dueNs + INTERVAL.toNanos(), System.nanoTime());
        boolean _ = over.await(dueNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws InterruptedException {
    over.countDown();
    thread.join();
    producer.close();
  }
}
