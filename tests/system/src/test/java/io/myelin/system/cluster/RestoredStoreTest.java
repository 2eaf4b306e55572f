package io.myelin.system.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An etcd that was restored from an older copy, under a broker and a controller. */
final class RestoredStoreTest {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));
  private static final String OLDER = "restored from an older copy";
  private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

  @TempDir Path folder;

  private LocalCluster cluster;

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private String log(String process) throws IOException {
    return Files.readString(
        folder.resolve("cluster/logs").resolve(process + ".log"), StandardCharsets.UTF_8);
  }

  private void awaitInLog(String process, String text) throws IOException {
    long endNs = System.nanoTime() + LIMIT_NS;
    while (!log(process).contains(text)) {
      assertThat(System.nanoTime()).as(process + " says: " + text).isLessThan(endNs);
    }
  }

  /** After etcd was away there may be no active controller for a moment. */
  private static void create(Admin admin, String topic) throws Exception {
    long endNs = System.nanoTime() + LIMIT_NS;
    while (true) {
      try {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        return;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TopicExistsException) {
          return; // made by the try before, which did not learn of it
        }
        assertThat(e.getCause()).isInstanceOf(RetriableException.class);
        assertThat(System.nanoTime()).isLessThan(endNs);
      }
    }
  }

  @Test
  void nothingIsDecidedOnAnOlderStoreAndDataKeepFlowing() throws Exception {
    cluster =
        LocalCluster.direct(
            HOME, folder.resolve("cluster"), new LocalCluster.Shape(1, 1, 1, 27_000));
    cluster.start();
    Path etcd = folder.resolve("cluster/etcd-1");
    Path copy = folder.resolve("copy");
    // A producer that is there before: a new one would wait for an id from the controller.
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrap()),
            new StringSerializer(),
            new StringSerializer())) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
        create(admin, "early");
        cluster.stop("etcd-1");
        Folders.copy(etcd, copy);
        cluster.start("etcd-1");
        // More than a new election or two write into the copy: revisions tell how old it is.
        for (int i = 0; i < 20; i++) {
          create(admin, "late-" + i);
        }
        create(admin, "late");
      }
      assertThat(write(producer)).isZero();

      cluster.stop("controller-1");
      cluster.stop("etcd-1");
      Folders.delete(etcd);
      Folders.copy(copy, etcd);
      cluster.start("etcd-1");
      // Whether it is ever said to be ready depends on who is first: the probe or the broker.
      Thread starting = Thread.ofVirtual().start(() -> startQuietly("controller-1"));

      awaitInLog("controller-1", OLDER);
      awaitInLog("broker-1", OLDER);
      assertThat(write(producer)).isOne();

      cluster.kill("broker-1");
      assertThatThrownBy(() -> cluster.start("broker-1")).isInstanceOf(IOException.class);
      awaitInLog("broker-1", "does not take this broker, which stops");
      starting.join();
    }
  }

  private static long write(KafkaProducer<String, String> producer) throws Exception {
    return producer.send(new ProducerRecord<>("late", "still here")).get().offset();
  }

  private void startQuietly(String process) {
    try {
      cluster.start(process);
    } catch (IOException | InterruptedException e) {
      // Its log says more.
    }
  }
}
