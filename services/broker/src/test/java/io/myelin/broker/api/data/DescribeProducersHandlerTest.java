package io.myelin.broker.api.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.api.RequestContext;
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
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

class DescribeProducersHandlerTest {
  private static final ClusterImage NOTHING = ClusterImage.empty("cluster");

  /** Partition 0 is led here, of 1 a follower is here, 2 is elsewhere. */
  private static final ClusterImage WITH_TOPIC =
      NOTHING.withTopic(
          new TopicImage(
              "t",
              new UUID(0, 1),
              TreePVector.from(
                  List.of(
                      PartitionImage.of(List.of(0), List.of(0), 0, 0, 0),
                      PartitionImage.of(List.of(7, 0), List.of(7, 0), 7, 0, 0),
                      PartitionImage.of(List.of(7), List.of(7), 7, 0, 0)))));

  private final TestingLogDirectory directory = new TestingLogDirectory();
  private final TestingExecutor executor = new TestingExecutor();
  private DescribeProducersHandler handler;

  @BeforeEach
  void start() throws IOException {
    Partitions partitions =
        new Partitions(
            0,
            List.of(directory),
            1,
            new TestingThreads(executor),
            executor,
            (image, topic) -> new PartitionSettings(LogConfig.DEFAULT, null, 1));
    partitions.onImage(NOTHING, WITH_TOPIC);
    handler = new DescribeProducersHandler(partitions);
  }

  @Test
  void everyReplicaTellsNotOnlyTheLeader() {
    assertThat(describe(0)).isEqualTo(Errors.NONE);
    assertThat(describe(1)).isEqualTo(Errors.NONE);
    assertThat(describe(2)).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
    assertThat(describe(3)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
  }

  @Test
  void aReplicaThatIsOfflineSaysSo() {
    directory.failOpening = new IOException("no such segment");

    assertThat(describe(0)).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
  }

  private Errors describe(int partition) {
    RequestContext context =
        new RequestContext(
            RequestContext.ANONYMOUS,
            RequestContext.DEFAULT_TENANT,
            "test",
            "PLAINTEXT",
            InetSocketAddress.createUnresolved("client", 1),
            1,
            1,
            (short) 0,
            Runnable::run);
    DescribeProducersRequestData request = new DescribeProducersRequestData();
    request.topics().add(new TopicRequest().setName("t").setPartitionIndexes(List.of(partition)));
    var answer = handler.handle(context, request).toCompletableFuture();
    executor.runAll();
    DescribeProducersResponseData response = answer.join();
    PartitionResponse described = response.topics().getFirst().partitions().getFirst();
    return Errors.forCode(described.errorCode());
  }
}
