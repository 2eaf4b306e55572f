package io.myelin.system.pauses;

import io.myelin.system.load.Troubles;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A group of one that reads what is written, and commits every second. {@link #close} lets it
 * leave.
 */
final class SteadyReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long COMMIT_NS = Duration.ofSeconds(1).toNanos();

  private final String topic;
  private final Troubles troubles;
  private final AtomicBoolean over = new AtomicBoolean();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;

  /**
   * @param troubles is told of exceptions that its owner would have had to deal with
   */
  SteadyReader(String bootstrap, String topic, Troubles troubles) {
    this.topic = topic;
    this.troubles = troubles;
    this.consumer = new KafkaConsumer<>(settings(bootstrap, topic + "-readers"));
    this.thread = Thread.ofPlatform().name("steady-reader").start(this::read);
  }

  private static Properties settings(String bootstrap, String group) {
    Properties settings = new Properties();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return settings;
  }

  private void read() {
    try (consumer) {
      consumer.subscribe(List.of(topic));
      long committedNs = System.nanoTime();
      while (!over.get()) {
        try {
          consumer.poll(POLL);
          if (System.nanoTime() - committedNs >= COMMIT_NS) {
            committedNs = System.nanoTime();
            consumer.commitSync();
          }
        } catch (KafkaException e) {
          troubles.note("the reader got", e);
        }
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    over.set(true);
    thread.join();
  }
}
