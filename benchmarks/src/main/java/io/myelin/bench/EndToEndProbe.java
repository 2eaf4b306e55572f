package io.myelin.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What Kafka's end-to-end tool measures, in finer units and after a warm-up of a fifth. */
final class EndToEndProbe {
  private EndToEndProbe() {}

  /** Arguments: bootstrap, topic (it exists, with one partition), messages, bytes of each. */
  public static void main(String[] args) throws ExecutionException, InterruptedException {
    TopicPartition partition = new TopicPartition(args[1], 0);
    int measured = Integer.parseInt(args[2]);
    int warmup = measured / 5;
    byte[] value = new byte[Integer.parseInt(args[3])];
    long[] nanos = new long[measured];
    try (KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", args[0], "acks", "all", "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Map.of("bootstrap.servers", args[0], "fetch.max.wait.ms", 0),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToEnd(List.of(partition));
      consumer.position(partition);
      for (int i = -warmup; i < measured; i++) {
        long start = System.nanoTime();
        producer.send(new ProducerRecord<>(partition.topic(), value)).get();
        if (consumer.poll(Duration.ofSeconds(60)).count() != 1) {
          throw new IllegalStateException("expected the one message that was sent");
        }
        if (i >= 0) {
          nanos[i] = System.nanoTime() - start;
        }
      }
    }
    System.out.println(Latencies.of(nanos, measured, 0).line());
  }
}
