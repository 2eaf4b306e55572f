package io.myelin.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer that catches up at a steady pace. Its pace is limited because on two cores a reader at
 * full speed measures the scheduler: it takes the producer's core, whatever the broker does.
 */
final class OldReader {
  private OldReader() {}

  /** Arguments: bootstrap, topic (one partition), MB per second. Reads on until it is killed. */
  public static void main(String[] args) {
    TopicPartition partition = new TopicPartition(args[1], 0);
    double bytesPerNano = Double.parseDouble(args[2]) * 1e6 / 1e9;
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", args[0]),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long start = System.nanoTime();
      long bytes = 0;
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          bytes += record.serializedValueSize();
        }
        long ahead = (long) (bytes / bytesPerNano) - (System.nanoTime() - start);
        if (ahead > 0) {
          LockSupport.parkNanos(ahead);
        }
      }
    }
  }
}
