package io.myelin.system.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A broker that runs, on a disk that cannot be written to any more. Mounting takes root. */
@EnabledIf("io.myelin.system.cluster.SmallDisk#isAllowed")
final class FailedDiskTest {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));
  private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

  @TempDir Path folder;

  private LocalCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster =
        LocalCluster.direct(
            HOME, folder.resolve("cluster"), new LocalCluster.Shape(2, 1, 1, 26_500));
    cluster.start();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static TopicPartitionInfo partition(Admin admin) throws Exception {
    return admin
        .describeTopics(List.of("events"))
        .allTopicNames()
        .get()
        .get("events")
        .partitions()
        .getFirst();
  }

  @Test
  void leadershipMovesOffADiskThatFailedAndWritingGoesOn() throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", cluster.bootstrap(), "acks", "all");
    try (Admin admin = Admin.create(settings);
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      admin.createTopics(List.of(new NewTopic("events", Map.of(0, List.of(2, 1))))).all().get();
      producer.send(new ProducerRecord<>("events", "before")).get();
      assertThat(partition(admin).leader().id()).isEqualTo(2);

      // What is open stays open: the next checkpoint is what fails.
      String disk = folder.resolve("cluster/broker-2").toString();
      Command.run("mount", "-t", "tmpfs", "-o", "ro,size=4k", "myelin-test", disk);
      await("broker 1 leads alone", admin, List.of(1), 1);
      producer.send(new ProducerRecord<>("events", "meanwhile")).get();
      assertThat(admin.describeCluster().nodes().get()).as("broker 2 still runs").hasSize(2);

      Command.run("umount", disk);
      await("broker 2 is in sync again", admin, List.of(1, 2), 1);
      producer.send(new ProducerRecord<>("events", "after")).get();
    }
  }

  private static void await(String what, Admin admin, List<Integer> inSync, int leader)
      throws Exception {
    long endNs = System.nanoTime() + LIMIT_NS;
    while (!is(partition(admin), inSync, leader)) {
      assertThat(System.nanoTime()).as(what).isLessThan(endNs);
    }
  }

  private static boolean is(TopicPartitionInfo partition, List<Integer> inSync, int leader) {
    return partition.leader() != null
        && partition.leader().id() == leader
        && partition.isr().stream().map(Node::id).sorted().toList().equals(inSync);
  }
}
