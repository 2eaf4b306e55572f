package io.myelin.bench;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends at a steady rate and measures each record from the moment at which it was due, so that a
 * stall counts for everything that it delays. Kafka's own tool reports whole milliseconds, too
 * coarse for a tail of two.
 */
final class PacedProducer {
  private PacedProducer() {}

  /** Arguments: bootstrap, topic, record bytes, records per second, warm-up seconds, seconds. */
  public static void main(String[] args) {
    String topic = args[1];
    byte[] value = new byte[Integer.parseInt(args[2])];
    double rate = Double.parseDouble(args[3]);
    int warmup = (int) (rate * Integer.parseInt(args[4]));
    int total = warmup + (int) (rate * Integer.parseInt(args[5]));
    long[] nanos = new long[total];
    AtomicInteger measured = new AtomicInteger();
    AtomicLong errors = new AtomicLong();
    Map<String, Object> settings =
        Map.of("bootstrap.servers", args[0], "acks", "all", "linger.ms", 0);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.partitionsFor(topic);
      long start = System.nanoTime();
      for (int i = 0; i < total; i++) {
        long due = start + (long) (i * 1e9 / rate);
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        boolean counts = i >= warmup;
        producer.send(
            new ProducerRecord<>(topic, value),
            (metadata, error) -> {
              if (error != null) {
                errors.incrementAndGet();
              } else if (counts) {
                nanos[measured.getAndIncrement()] = System.nanoTime() - due;
              }
            });
      }
      producer.flush();
    }
    System.out.println(Latencies.of(nanos, measured.get(), errors.get()).line());
  }
}
