package io.myelin.broker.api.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.coordinator.FakeCoordinatorLog.Mode;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** OffsetCommit, OffsetFetch and OffsetDelete. */
class GroupOffsetsTest extends GroupHandlersFixture {
  static IntStream commitVersions() {
    return versions(ApiKeys.OFFSET_COMMIT);
  }

  static IntStream fetchVersions() {
    return versions(ApiKeys.OFFSET_FETCH);
  }

  @ParameterizedTest
  @MethodSource("commitVersions")
  void commitsInEveryVersion(int version) {
    OffsetCommitResponseData response =
        api.answer(commit, version, commitRequest(version, 0, 1, 2));
    assertThat(response.topics()).hasSize(1);
    assertThat(response.topics().get(0).partitions())
        .extracting(p -> p.partitionIndex() + " " + Errors.forCode(p.errorCode()))
        .containsExactly("0 NONE", "1 NONE", "2 UNKNOWN_TOPIC_OR_PARTITION");
    assertThat(fetchedOffset()).isEqualTo(42);
  }

  private long fetchedOffset() {
    return api.answer(fetch, 8, fetchRequest(8))
        .groups()
        .get(0)
        .topics()
        .get(0)
        .partitions()
        .get(0)
        .committedOffset();
  }

  @Test
  void refusesCommitsOfUnknownTopics() {
    OffsetCommitRequestData byName = commitRequest(9, 0);
    byName.topics().get(0).setName("nothing");
    assertThat(api.answer(commit, 9, byName).topics().get(0).partitions().get(0).errorCode())
        .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    OffsetCommitRequestData byId = commitRequest(10, 0);
    byId.topics().get(0).setTopicId(new Uuid(9, 9));
    assertThat(api.answer(commit, 10, byId).topics().get(0).partitions().get(0).errorCode())
        .isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
  }

  @Test
  void asksForAnotherTryWhenTheLogRefuses() {
    for (int p = 0; p < 3; p++) {
      api.logs.partition(p).mode(Mode.REFUSE);
    }
    assertThat(
            api.answer(commit, 9, commitRequest(9, 0))
                .topics()
                .get(0)
                .partitions()
                .get(0)
                .errorCode())
        .isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE.code());
  }

  private static OffsetFetchRequestData fetchRequest(int version) {
    if (version < 8) {
      return new OffsetFetchRequestData()
          .setGroupId(GROUP)
          .setTopics(
              List.of(new OffsetFetchRequestTopic().setName("t").setPartitionIndexes(List.of(0))));
    }
    OffsetFetchRequestTopics topic = new OffsetFetchRequestTopics().setPartitionIndexes(List.of(0));
    if (version >= 10) {
      topic.setTopicId(GroupApiFixture.TOPIC_ID);
    } else {
      topic.setName("t");
    }
    return new OffsetFetchRequestData()
        .setGroups(
            List.of(new OffsetFetchRequestGroup().setGroupId(GROUP).setTopics(List.of(topic))));
  }

  @ParameterizedTest
  @MethodSource("fetchVersions")
  void fetchesInEveryVersion(int version) {
    api.answer(commit, 9, commitRequest(9, 0));
    OffsetFetchResponseData response = api.answer(fetch, version, fetchRequest(version));
    long offset =
        version < 8
            ? response.topics().get(0).partitions().get(0).committedOffset()
            : response.groups().get(0).topics().get(0).partitions().get(0).committedOffset();
    assertThat(offset).isEqualTo(42);
  }

  @ParameterizedTest
  @MethodSource("fetchVersions")
  void tellsInEveryVersionThatItIsNotTheCoordinator(int version) {
    api.groups.close();
    OffsetFetchResponseData response = api.answer(fetch, version, fetchRequest(version));
    short error =
        switch (version) {
          case 1 -> response.topics().get(0).partitions().get(0).errorCode();
          case 2, 3, 4, 5, 6, 7 -> response.errorCode();
          default -> response.groups().get(0).errorCode();
        };
    assertThat(Errors.forCode(error)).isEqualTo(Errors.NOT_COORDINATOR);
  }

  @ParameterizedTest
  @MethodSource("fetchVersions")
  void fetchesAllTopicsInEveryVersionThatCan(int version) {
    if (version < 2) {
      return;
    }
    api.answer(commit, 9, commitRequest(9, 0));
    OffsetFetchRequestData request = fetchRequest(version);
    if (version < 8) {
      request.setTopics(null);
    } else {
      request.groups().get(0).setTopics(null);
    }
    OffsetFetchResponseData response = api.answer(fetch, version, request);
    assertThat(version < 8 ? response.topics().size() : response.groups().get(0).topics().size())
        .isEqualTo(1);
  }

  @Test
  void tellsWhichTopicIdsItDoesNotKnow() {
    OffsetFetchRequestData request = fetchRequest(10);
    request.groups().get(0).topics().get(0).setTopicId(new Uuid(9, 9));
    assertThat(
            api.answer(fetch, 10, request)
                .groups()
                .get(0)
                .topics()
                .get(0)
                .partitions()
                .get(0)
                .errorCode())
        .isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
  }

  @Test
  void answersACommitAndTheFetchBehindItWhenTheCommitIsWritten() {
    int p = GroupCoordinator.partitionFor(GROUP, 3);
    api.logs.partition(p).mode(Mode.HOLD);
    api.ask(commit, 9, commitRequest(9, 0));
    CompletableFuture<OffsetFetchResponseData> fetched = api.ask(fetch, 8, fetchRequest(8));
    assertThat(fetched).isNotDone();
    api.logs.partition(p).end(Mode.COMMIT);
    api.world.run();
    assertThat(fetched.join().groups().get(0).topics().get(0).partitions().get(0).committedOffset())
        .isEqualTo(42);
  }

  @Test
  void deletesOffsetsOfTopicsThatExist() {
    api.answer(commit, 9, commitRequest(9, 0));
    OffsetDeleteRequestTopic topic = new OffsetDeleteRequestTopic().setName("t");
    topic.partitions().add(new OffsetDeleteRequestPartition().setPartitionIndex(0));
    topic.partitions().add(new OffsetDeleteRequestPartition().setPartitionIndex(2));
    OffsetDeleteRequestData data = new OffsetDeleteRequestData().setGroupId(GROUP);
    data.topics().add(topic);
    OffsetDeleteResponseData response =
        api.answer(new OffsetDeleteHandler(api.groups, api), 0, data);
    assertThat(response.topics().find("t").partitions())
        .extracting(p -> p.partitionIndex() + " " + Errors.forCode(p.errorCode()))
        .containsExactly("0 NONE", "2 UNKNOWN_TOPIC_OR_PARTITION");
    assertThat(fetchedOffset()).isEqualTo(-1);
  }
}
