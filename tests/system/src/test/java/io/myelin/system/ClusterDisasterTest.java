package io.myelin.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.system.cluster.LocalCluster;
import io.myelin.system.cluster.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What takes more from a cluster than it can lose, and what is left of it then. */
final class ClusterDisasterTest {
  private static final int PATIENCE_S = 60;
  private static final int SHORT_MS = 3_000;
  private static final int LOOK_AGAIN_MS = 200;

  @TempDir Path folder;

  private LocalCluster cluster;
  private Admin admin;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void start() throws Exception {
    LocalCluster.Shape shape =
        LocalCluster.Shape.ofThree(Ports.freeRange(LocalCluster.Shape.PORTS));
    cluster = LocalCluster.direct(Path.of(System.getProperty("myelin.home")), folder, shape);
    cluster.start();
    Map<String, Object> client = new HashMap<>();
    client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrap());
    client.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, SHORT_MS);
    admin = Admin.create(client);
    client.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    client.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    producer = new KafkaProducer<>(client);
    makeTopic("events", Duration.ofSeconds(PATIENCE_S));
  }

  @AfterEach
  void stop() throws Exception {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
    cluster.close();
  }

  @Test
  void withoutEtcdsQuorumDataFlowOnAndMetadataWait() throws Exception {
    assertThat(produce()).isZero();
    cluster.kill("etcd-1");
    cluster.kill("etcd-2");

    assertThat(produce()).isEqualTo(1);
    assertThatThrownBy(() -> makeTopic("late", Duration.ofMillis(SHORT_MS)))
        .isInstanceOf(ExecutionException.class);
    for (int controller = 1; controller <= 3; controller++) {
      assertThat(becomesUnready(controller)).isTrue();
    }
    assertThat(produce()).isEqualTo(2);

    cluster.start("etcd-1");
    cluster.start("etcd-2");
    makeTopic("later", Duration.ofSeconds(PATIENCE_S));
    assertThat(produce()).isEqualTo(3);
  }

  @Test
  void brokersThatAreAllKilledAtOnceComeBackWithWhatTheyHad() throws Exception {
    assertThat(produce()).isZero();
    List<String> brokers = List.of("broker-1", "broker-2", "broker-3");
    for (String broker : brokers) {
      cluster.kill(broker);
    }
    for (String broker : brokers) {
      cluster.start(broker);
    }
    assertThat(produce()).isEqualTo(1);
  }

  /** A call of etcd that nobody answers takes its time to fail. */
  private boolean becomesUnready(int controller) throws Exception {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    while (cluster.isControllerReady(controller)) {
      if (System.nanoTime() > endNs) {
        return false;
      }
      boolean _ = new CountDownLatch(1).await(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
    }
    return true;
  }

  private void makeTopic(String name, Duration patience) throws Exception {
    NewTopic topic =
        new NewTopic(name, 1, cluster.replicationFactor()).configs(cluster.topicConfigs());
    CreateTopicsOptions options =
        new CreateTopicsOptions().timeoutMs(Math.toIntExact(patience.toMillis()));
    admin.createTopics(List.of(topic), options).all().get();
  }

  /** Returns the offset of an acknowledged record. */
  private long produce() throws Exception {
    ProducerRecord<byte[], byte[]> event = new ProducerRecord<>("events", new byte[100]);
    return producer.send(event).get(PATIENCE_S, TimeUnit.SECONDS).offset();
  }
}
