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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

class ListOffsetsHandlerTest {
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

  private final TestingLogDirectory directory = new TestingLogDirectory();
  private final TestingExecutor executor = new TestingExecutor();
  private final List<String> lines = new ArrayList<>();
  private final Handler capture =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          lines.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  // Held: a logger that nobody holds would be collected with its handler.
  private final Logger brokerLog = Logger.getLogger("io.myelin.broker");
  private ListOffsetsHandler handler;

  @BeforeEach
  void start() throws IOException {
    brokerLog.addHandler(capture);
    Partitions partitions =
        new Partitions(
            0,
            List.of(directory),
            1,
            new TestingThreads(executor),
            executor,
            (image, topic) -> new PartitionSettings(LogConfig.DEFAULT, null, 1));
    partitions.onImage(NOTHING, WITH_TOPIC);
    handler = new ListOffsetsHandler(partitions, executor);
  }

  @AfterEach
  void stop() {
    brokerLog.removeHandler(capture);
  }

  private Errors latestOffset(int partition) {
    RequestContext context =
        new RequestContext(
            RequestContext.ANONYMOUS,
            RequestContext.DEFAULT_TENANT,
            "test",
            "PLAINTEXT",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1234),
            1,
            1,
            (short) 7,
            Runnable::run);
    ListOffsetsRequestData request =
        new ListOffsetsRequestData()
            .setTopics(
                List.of(
                    new ListOffsetsTopic()
                        .setName("t")
                        .setPartitions(
                            List.of(
                                new ListOffsetsPartition()
                                    .setPartitionIndex(partition)
                                    .setTimestamp(ListOffsetsRequest.LATEST_TIMESTAMP)))));
    var answer = handler.handle(context, request).toCompletableFuture();
    executor.runAll();
    ListOffsetsResponseData response = answer.join();
    return Errors.forCode(response.topics().getFirst().partitions().getFirst().errorCode());
  }

  @Test
  void aReplicaThatIsOfflineAnswersSoAndIsReportedOnce() {
    directory.failOpening = new IOException("no such segment");

    for (int i = 0; i < 3; i++) {
      assertThat(latestOffset(0)).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
    }

    assertThat(lines).hasSize(1);
  }

  @Test
  void aPartitionOfOtherBrokersIsNotAnUnknownOne() {
    assertThat(latestOffset(1)).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
    assertThat(latestOffset(2)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
  }
}
