package io.myelin.broker.api.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.partition.PartitionSettings;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.partition.TestingExecutor;
import io.myelin.broker.partition.TestingLogDirectory;
import io.myelin.log.LogConfig;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.sim.TestingThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDir;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDirCollection;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDirTopic;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDirTopicCollection;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

final class AlterReplicaLogDirsHandlerTest {
  private static final ClusterImage NOTHING = ClusterImage.empty("cluster");
  private static final ClusterImage WITH_TOPIC =
      NOTHING.withTopic(
          new TopicImage(
              "t",
              new UUID(0, 1),
              TreePVector.from(
                  List.of(
                      PartitionImage.of(List.of(0), List.of(0), 0, 0, 0),
                      PartitionImage.of(List.of(7), List.of(7), 7, 0, 0)))));

  private final TestingExecutor executor = new TestingExecutor();
  private Partitions partitions;

  @BeforeEach
  void haveTwoDirectories() throws IOException {
    partitions =
        new Partitions(
            0,
            List.of(new TestingLogDirectory("one"), new TestingLogDirectory("other")),
            1,
            new TestingThreads(executor),
            executor,
            (image, topic) -> new PartitionSettings(LogConfig.DEFAULT, null, 1));
    partitions.onImage(NOTHING, WITH_TOPIC);
  }

  private Errors move(String topic, int partition, Path directory) {
    AlterReplicaLogDirTopicCollection topics = new AlterReplicaLogDirTopicCollection();
    topics.add(new AlterReplicaLogDirTopic().setName(topic).setPartitions(List.of(partition)));
    AlterReplicaLogDirCollection directories = new AlterReplicaLogDirCollection();
    directories.add(
        new AlterReplicaLogDir().setPath(directory.toAbsolutePath().toString()).setTopics(topics));
    AlterReplicaLogDirsResponseData response =
        new AlterReplicaLogDirsHandler(partitions)
            .handle(null, new AlterReplicaLogDirsRequestData().setDirs(directories))
            .toCompletableFuture()
            .join();
    return Errors.forCode(response.results().getFirst().partitions().getFirst().errorCode());
  }

  @Test
  void aReplicaStaysWhereItIs() {
    Path here = partitions.directoryOf(partitions.get("t", 0)).path();
    Path elsewhere = Path.of(here.equals(Path.of("one")) ? "other" : "one");

    assertThat(move("t", 0, here)).isEqualTo(Errors.NONE);
    assertThat(move("t", 0, elsewhere)).isEqualTo(Errors.INVALID_REQUEST);
  }

  @Test
  void aDirectoryThatTheBrokerDoesNotHaveIsNotFound() {
    assertThat(move("t", 0, Path.of("third"))).isEqualTo(Errors.LOG_DIR_NOT_FOUND);
  }

  @Test
  void aReplicaThatMayYetComeIsNotAnUnknownOne() {
    assertThat(move("t", 1, Path.of("one"))).isEqualTo(Errors.REPLICA_NOT_AVAILABLE);
    assertThat(move("t", 2, Path.of("one"))).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
  }
}
