package io.myelin.broker.api.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.api.RequestContext;
import io.myelin.broker.image.CurrentLeaders;
import io.myelin.broker.partition.PartitionSettings;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.partition.TestingExecutor;
import io.myelin.broker.partition.TestingLogDirectory;
import io.myelin.broker.partition.TestingPartitionLog;
import io.myelin.env.Scheduler;
import io.myelin.log.LogConfig;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.sim.TestingThreads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

final class FetchCallTest {
  private static final ClusterImage NOTHING = ClusterImage.empty("cluster");
  private static final ClusterImage WITH_TOPIC =
      NOTHING.withTopic(
          new TopicImage(
              "t",
              new UUID(0, 1),
              TreePVector.singleton(PartitionImage.of(List.of(0), List.of(0), 0, 0, 0))));

  private static final RequestContext CONTEXT =
      new RequestContext(
          RequestContext.ANONYMOUS,
          RequestContext.DEFAULT_TENANT,
          "client",
          "PLAINTEXT",
          new InetSocketAddress(0),
          1,
          1,
          (short) 16,
          Runnable::run);

  /** What is known of the cluster. */
  private record FixedImage(ClusterImage image) implements MetadataPublisher {
    @Override
    public void subscribe(Listener listener) {
      throw new UnsupportedOperationException("it never changes");
    }
  }

  private final TestingLogDirectory directory = new TestingLogDirectory();
  private final TestingExecutor executor = new TestingExecutor();
  private final LongAdder parked = new LongAdder();
  private ClusterImage image = WITH_TOPIC;
  private long fetchOffset;
  private boolean timerCancelled;
  private Partitions partitions;
  private FetchCall call;

  @BeforeEach
  void openTopic() throws IOException {
    partitions =
        new Partitions(
            0,
            List.of(directory),
            1,
            new TestingThreads(executor),
            executor,
            (image, topic) -> new PartitionSettings(LogConfig.DEFAULT, null, 1));
    partitions.onImage(NOTHING, WITH_TOPIC);
    executor.runAll();
  }

  @Test
  void anErrorWhileReadingIsAnswered() {
    directory.logs.get("t-0").failReads = new IllegalStateException("a bug");

    assertThat(fetch()).isCompletedExceptionally();
  }

  @Test
  void anErrorAfterAWakeUpIsAnsweredAndNothingIsLeftWaiting() {
    CompletableFuture<FetchResponseData> parked = fetch();
    assertThat(parked).isNotDone();

    directory.logs.get("t-0").truncateTo(1);
    directory.logs.get("t-0").failReads = new IllegalStateException("a bug");
    call.onProgress();
    executor.runAll();

    assertThat(parked).isCompletedExceptionally();
    assertThat(timerCancelled).isTrue();
  }

  @Test
  void aParkedFetchIsAnsweredWhenItsTopicIsDeleted() {
    CompletableFuture<FetchResponseData> parked = fetch();

    partitions.onImage(WITH_TOPIC, NOTHING);
    executor.runAll();

    assertThat(parked)
        .isCompletedWithValueMatching(
            response ->
                response.responses().getFirst().partitions().getFirst().errorCode()
                    == Errors.UNKNOWN_TOPIC_ID.code());
    assertThat(timerCancelled).isTrue();
  }

  @Test
  void progressThatBringsTooLittleIsNotRead() {
    TestingPartitionLog log = directory.logs.get("t-0");
    CompletableFuture<FetchResponseData> parked = fetch(100);
    int reads = log.reads;
    log.truncateTo(99);
    call.onProgress();
    executor.runAll();
    assertThat(log.reads).isEqualTo(reads);

    log.truncateTo(100);
    call.onProgress();
    executor.runAll();

    assertThat(log.reads).isEqualTo(reads + 1);
    assertThat(parked).isNotDone(); // this log has bytes to count and none to read
  }

  @Test
  void aFetchThatParksHasReadOnce() {
    fetch(100);

    assertThat(directory.logs.get("t-0").reads).isOne();
    assertThat(parked.sum()).isOne();
  }

  @Test
  void aParkedFetchWhoseOffsetIsDeletedIsReadAgain() {
    CompletableFuture<FetchResponseData> parked = fetch(100);
    int reads = directory.logs.get("t-0").reads;
    directory.logs.get("t-0").advanceLogStart(5);
    call.onProgress();
    executor.runAll();

    assertThat(directory.logs.get("t-0").reads).isEqualTo(reads + 1);
    assertThat(parked).isNotDone();
  }

  @Test
  void aFetchOfAnotherBrokersPartitionNamesTheLeader() {
    BrokerImage leader =
        new BrokerImage(
            1,
            7,
            new UUID(0, 1),
            Map.of("PLAINTEXT", new BrokerImage.Endpoint("other", 9092)),
            Optional.empty(),
            Optional.of("rack"),
            false,
            false,
            "disk");
    image =
        NOTHING
            .withBroker(leader)
            .withTopic(
                new TopicImage(
                    "t",
                    new UUID(0, 1),
                    TreePVector.singleton(PartitionImage.of(List.of(0, 1), List.of(1), 1, 4, 0))));
    partitions.onImage(WITH_TOPIC, image);
    executor.runAll();

    FetchResponseData response = fetch(1, "", (short) 10).join();

    FetchResponseData.PartitionData answer =
        response.responses().getFirst().partitions().getFirst();
    assertThat(answer.errorCode()).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
    assertThat(answer.currentLeader().leaderId()).isOne();
    assertThat(answer.currentLeader().leaderEpoch()).isEqualTo(4);
    assertThat(response.nodeEndpoints().find(1).host()).isEqualTo("other");
    assertThat(response.nodeEndpoints().find(1).port()).isEqualTo(9092);
    assertThat(response.nodeEndpoints().find(1).rack()).isEqualTo("rack");
  }

  private static FetchResponseData.PartitionData only(CompletableFuture<FetchResponseData> done) {
    assertThat(done).isCompleted();
    return done.join().responses().getFirst().partitions().getFirst();
  }

  private static BrokerImage broker(int id, String rack) {
    return new BrokerImage(
        id, 1, new UUID(0, id), Map.of(), Optional.empty(), Optional.of(rack), false, false, "");
  }

  /** This broker, 0, is in rack a, the other one, 1, in b. */
  private void withTwoReplicas(int leader) {
    image =
        NOTHING
            .withBroker(broker(0, "a"))
            .withBroker(broker(1, "b"))
            .withTopic(
                new TopicImage(
                    "t",
                    new UUID(0, 1),
                    TreePVector.singleton(
                        PartitionImage.of(List.of(0, 1), List.of(0, 1), leader, 1, 1))));
    partitions.onImage(WITH_TOPIC, image);
    executor.runAll();
  }

  @Test
  void aConsumerWithAReplicaInItsRackIsSentThereAtOnce() {
    withTwoReplicas(0);

    FetchResponseData.PartitionData data = only(fetch(1, "b", (short) 12));

    assertThat(data.preferredReadReplica()).isEqualTo(1);
    assertThat(data.records().sizeInBytes()).isZero();
    assertThat(fetch(1, "a", (short) 12)).as("it waits here").isNotDone();
  }

  @Test
  void aFollowerServesThoseThatMayHaveBeenSentToIt() {
    withTwoReplicas(1);

    assertThat(fetch(1, "a", (short) 11)).as("it waits for records").isNotDone();
    assertThat(only(fetch(1, "", (short) 10)).errorCode())
        .isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
  }

  @Test
  void aFollowerThatDoesNotHaveAnOffsetSendsItsReaderToTheLeader() {
    withTwoReplicas(1);
    fetchOffset = 1;

    assertThat(only(fetch(1, "a", (short) 12)).errorCode())
        .isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
  }

  private CompletableFuture<FetchResponseData> fetch() {
    return fetch(1);
  }

  private CompletableFuture<FetchResponseData> fetch(int bytesMin) {
    return fetch(bytesMin, "", (short) 12);
  }

  private CompletableFuture<FetchResponseData> fetch(int bytesMin, String rack, short version) {
    FetchRequestData request =
        new FetchRequestData()
            .setRackId(rack)
            .setMaxWaitMs(Integer.MAX_VALUE)
            .setMinBytes(bytesMin)
            .setTopics(
                List.of(
                    new FetchTopic()
                        .setTopicId(new Uuid(0, 1))
                        .setPartitions(
                            List.of(
                                new FetchRequestData.FetchPartition()
                                    .setPartition(0)
                                    .setFetchOffset(fetchOffset)
                                    .setCurrentLeaderEpoch(-1)
                                    .setLastFetchedEpoch(-1)
                                    .setPartitionMaxBytes(1000)))));
    FetchSession session = new FetchSession(FetchSession.NONE, true, 0);
    session.update(request);
    Scheduler scheduler = (delayMs, task) -> () -> timerCancelled = true;
    call =
        new FetchCall(
            new PartitionReader(
                partitions, new ReadReplicas(0, new FixedImage(image), true), request, version),
            new LeaderHints(new CurrentLeaders(new FixedImage(image)), CONTEXT),
            session,
            false,
            request,
            1000,
            executor,
            executor,
            scheduler,
            parked);
    CompletableFuture<FetchResponseData> answer = call.start();
    executor.runAll();
    return answer;
  }
}
