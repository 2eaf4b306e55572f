package io.myelin.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Clients that live in the harness's own process, so that they are warm when a clock starts. */
final class Clients {
  private static final int BROKERS_SECONDS_MAX = 60;

  private Clients() {}

  /** Asks the broker who its cluster is. */
  static boolean answers(String bootstrap) throws InterruptedException {
    try (Admin admin = admin(bootstrap, 2_000)) {
      return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      return false;
    }
  }

  /** Returns when so many brokers are part of the cluster. */
  static void awaitBrokers(String bootstrap, int count) throws InterruptedException, IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BROKERS_SECONDS_MAX);
    try (Admin admin = admin(bootstrap, 10_000)) {
      while (System.nanoTime() < deadline) {
        if (admin.describeCluster().nodes().get().size() == count) {
          return;
        }
        Thread.sleep(20);
      }
    } catch (ExecutionException e) {
      throw new IOException("the cluster does not answer", e);
    }
    throw new IOException("there are not " + count + " brokers after all that time");
  }

  static void createTopics(String bootstrap, List<NewTopic> topics)
      throws InterruptedException, ExecutionException {
    try (Admin admin = admin(bootstrap, 120_000)) {
      admin.createTopics(topics).all().get();
    }
  }

  static Admin admin(String bootstrap, int timeoutMs) {
    return Admin.create(
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "request.timeout.ms",
            Integer.toString(timeoutMs),
            "default.api.timeout.ms",
            Integer.toString(timeoutMs),
            "reconnect.backoff.ms",
            "20",
            "reconnect.backoff.max.ms",
            "100"));
  }

  /** A producer that is never far behind a broker that comes up. */
  static KafkaProducer<byte[], byte[]> eagerProducer(String bootstrap) {
    return new KafkaProducer<>(
        Map.ofEntries(
            Map.entry("bootstrap.servers", bootstrap),
            Map.entry("acks", "all"),
            Map.entry("linger.ms", 0),
            Map.entry("reconnect.backoff.ms", 10),
            Map.entry("reconnect.backoff.max.ms", 20),
            Map.entry("retry.backoff.ms", 10),
            Map.entry("retry.backoff.max.ms", 20),
            Map.entry("max.block.ms", 180_000),
            Map.entry("delivery.timeout.ms", 180_000)),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
