package io.myelin.broker.api.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.PartitionSettings;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.partition.TestingExecutor;
import io.myelin.broker.partition.TestingLogDirectory;
import io.myelin.log.LogConfig;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.sim.TestingThreads;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

/** Brokers 0 to 3 are in racks a, b, b and c; 0 leads, and 1 is not in sync. */
class ReadReplicasTest {
  private static final ClusterImage IMAGE =
      ClusterImage.empty("")
          .withBroker(broker(0, "a"))
          .withBroker(broker(1, "b"))
          .withBroker(broker(2, "b"))
          .withBroker(broker(3, "c"))
          .withTopic(
              new TopicImage(
                  "t",
                  new UUID(0, 1),
                  TreePVector.singleton(
                      PartitionImage.of(List.of(0, 1, 2, 3), List.of(0, 2, 3), 0, 0, 0))));

  private ClusterImage image = IMAGE;
  private Partition partition;

  private static BrokerImage broker(int id, String rack) {
    return new BrokerImage(
        id, 1, new UUID(0, id), Map.of(), Optional.empty(), Optional.of(rack), false, false, "");
  }

  private final MetadataPublisher metadata =
      new MetadataPublisher() {
        @Override
        public ClusterImage image() {
          return image;
        }

        @Override
        public void subscribe(Listener listener) {
          throw new UnsupportedOperationException();
        }
      };

  @BeforeEach
  void create() throws IOException {
    TestingExecutor executor = new TestingExecutor();
    Partitions partitions =
        new Partitions(
            0,
            List.of(new TestingLogDirectory()),
            1,
            new TestingThreads(executor),
            executor,
            (now, topic) -> new PartitionSettings(LogConfig.DEFAULT, null, 1));
    partitions.onImage(ClusterImage.empty(""), IMAGE);
    partition = partitions.get("t", 0);
  }

  private Optional<Integer> preferred(boolean rackAware, int self, String rack) {
    return new ReadReplicas(self, metadata, rackAware).preferred(partition, rack);
  }

  @Test
  void aConsumerReadsFromTheReplicaInSyncInItsRack() {
    assertThat(preferred(true, 0, "b")).contains(2);
    assertThat(preferred(true, 0, "c")).contains(3);
  }

  @Test
  void theLeaderServesItsOwnRackAndThoseWithoutAReplica() {
    assertThat(preferred(true, 0, "a")).isEmpty();
    assertThat(preferred(true, 0, "elsewhere")).isEmpty();
    assertThat(preferred(true, 0, "")).isEmpty();
  }

  @Test
  void nobodyIsSentAwayUnlessTheBrokerIsToldTo() {
    assertThat(preferred(false, 0, "b")).isEmpty();
  }

  @Test
  void onlyTheLeaderSendsConsumersElsewhere() {
    assertThat(preferred(true, 3, "b")).isEmpty();
  }

  @Test
  void nobodyIsSentToABrokerThatIsGone() {
    image = IMAGE.withBroker(broker(2, "b").withFenced(true));

    assertThat(preferred(true, 0, "b")).isEmpty();
  }
}
