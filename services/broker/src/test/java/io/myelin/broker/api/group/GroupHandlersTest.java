package io.myelin.broker.api.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.coordinator.FakeCoordinatorLog.Mode;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
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
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GroupHandlersTest {
  private static final String GROUP = "g";

  private final GroupApiFixture api = new GroupApiFixture();
  private final JoinGroupHandler join = new JoinGroupHandler(api.groups);
  private final SyncGroupHandler sync = new SyncGroupHandler(api.groups);
  private final HeartbeatHandler heartbeat = new HeartbeatHandler(api.groups);
  private final LeaveGroupHandler leave = new LeaveGroupHandler(api.groups);
  private final OffsetCommitHandler commit = new OffsetCommitHandler(api.groups, api);
  private final OffsetFetchHandler fetch = new OffsetFetchHandler(api.groups, api);

  static IntStream joinVersions() {
    return versions(ApiKeys.JOIN_GROUP);
  }

  static IntStream syncVersions() {
    return versions(ApiKeys.SYNC_GROUP);
  }

  static IntStream leaveVersions() {
    return versions(ApiKeys.LEAVE_GROUP);
  }

  static IntStream commitVersions() {
    return versions(ApiKeys.OFFSET_COMMIT);
  }

  static IntStream fetchVersions() {
    return versions(ApiKeys.OFFSET_FETCH);
  }

  static IntStream describeVersions() {
    return versions(ApiKeys.DESCRIBE_GROUPS);
  }

  static IntStream findVersions() {
    return versions(ApiKeys.FIND_COORDINATOR);
  }

  private static IntStream versions(ApiKeys key) {
    return IntStream.rangeClosed(key.oldestVersion(), key.latestVersion());
  }

  // Members

  private static JoinGroupRequestData joinRequest(String memberId, int version) {
    JoinGroupRequestData data =
        new JoinGroupRequestData()
            .setGroupId(GROUP)
            .setMemberId(memberId)
            .setProtocolType("consumer")
            .setSessionTimeoutMs(10_000);
    if (version > 0) {
      data.setRebalanceTimeoutMs(30_000);
    }
    data.protocols()
        .add(
            new JoinGroupRequestProtocol()
                .setName("range")
                .setMetadata("m".getBytes(StandardCharsets.UTF_8)));
    return data;
  }

  private JoinGroupResponseData joined(int version) {
    CompletableFuture<JoinGroupResponseData> answer =
        api.ask(join, version, joinRequest("", version));
    if (version >= 4) {
      String id = answer.join().memberId();
      answer = api.ask(join, version, joinRequest(id, version));
    }
    assertThat(answer).isNotDone();
    api.world.advance(3_000);
    return GroupApiFixture.sent(answer.join(), (short) version);
  }

  private String stableMember() {
    JoinGroupResponseData response = joined(9);
    api.answer(sync, 5, syncRequest(response).setProtocolType("consumer").setProtocolName("range"));
    return response.memberId();
  }

  private static SyncGroupRequestData syncRequest(JoinGroupResponseData joined) {
    return new SyncGroupRequestData()
        .setGroupId(GROUP)
        .setMemberId(joined.memberId())
        .setGenerationId(joined.generationId())
        .setAssignments(
            List.of(
                new SyncGroupRequestData.SyncGroupRequestAssignment()
                    .setMemberId(joined.memberId())
                    .setAssignment(new byte[] {1})));
  }

  private HeartbeatRequestData heartbeatOf(String memberId) {
    return new HeartbeatRequestData().setGroupId(GROUP).setMemberId(memberId).setGenerationId(1);
  }

  @ParameterizedTest
  @MethodSource("joinVersions")
  void joinsInEveryVersion(int version) {
    JoinGroupResponseData response = joined(version);
    assertThat(Errors.forCode(response.errorCode())).isEqualTo(Errors.NONE);
    assertThat(response.leader()).isEqualTo(response.memberId());
    assertThat(response.protocolName()).isEqualTo("range");
  }

  @ParameterizedTest
  @MethodSource("joinVersions")
  void refusesJoinsInEveryVersion(int version) {
    JoinGroupRequestData data = joinRequest("", version).setSessionTimeoutMs(1);
    assertThat(api.answer(join, version, data).errorCode())
        .isEqualTo(Errors.INVALID_SESSION_TIMEOUT.code());
  }

  @ParameterizedTest
  @MethodSource("syncVersions")
  void syncsInEveryVersion(int version) {
    SyncGroupRequestData data = syncRequest(joined(9));
    if (version >= 5) {
      data.setProtocolType("consumer").setProtocolName("range");
    }
    assertThat(api.answer(sync, version, data).assignment()).isEqualTo(new byte[] {1});
  }

  @Test
  void wantsTheProtocolOfASyncFromClientsThatKnowIt() {
    assertThat(api.answer(sync, 5, syncRequest(joined(9))).errorCode())
        .isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL.code());
  }

  @ParameterizedTest
  @MethodSource("leaveVersions")
  void leavesInEveryVersion(int version) {
    String id = stableMember();
    LeaveGroupRequestData data = new LeaveGroupRequestData().setGroupId(GROUP);
    if (version < 3) {
      data.setMemberId(id);
    } else {
      data.setMembers(List.of(new MemberIdentity().setMemberId(id)));
    }
    assertThat(api.answer(leave, version, data).errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(api.answer(heartbeat, 4, heartbeatOf(id)).errorCode())
        .isEqualTo(Errors.UNKNOWN_MEMBER_ID.code());
  }

  @Test
  void tellsOldClientsThatTheyWereNoMembers() {
    LeaveGroupRequestData data =
        new LeaveGroupRequestData().setGroupId(GROUP).setMemberId("nobody");
    assertThat(api.answer(leave, 2, data).errorCode()).isEqualTo(Errors.UNKNOWN_MEMBER_ID.code());
  }

  @Test
  void answersHeartbeatsKindlyWhileItLoads() {
    int p = GroupCoordinator.partitionFor(GROUP, 3);
    api.logs.partition(p).holdLoads();
    api.groups.lead(p, 2);
    assertThat(api.answer(heartbeat, 4, heartbeatOf("m")).errorCode())
        .isEqualTo(Errors.NONE.code());
    assertThat(api.answer(join, 9, joinRequest("", 9)).errorCode())
        .isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS.code());
  }

  @Test
  void sendsClientsElsewhereWhenItDoesNotLead() {
    api.groups.close();
    assertThat(api.answer(heartbeat, 4, heartbeatOf("m")).errorCode())
        .isEqualTo(Errors.NOT_COORDINATOR.code());
  }

  // Offsets

  private static OffsetCommitRequestData commitRequest(int version, int... partitions) {
    OffsetCommitRequestTopic topic = new OffsetCommitRequestTopic();
    if (version >= 10) {
      topic.setTopicId(GroupApiFixture.TOPIC_ID);
    } else {
      topic.setName("t");
    }
    for (int p : partitions) {
      topic
          .partitions()
          .add(new OffsetCommitRequestPartition().setPartitionIndex(p).setCommittedOffset(42));
    }
    return new OffsetCommitRequestData().setGroupId(GROUP).setTopics(List.of(topic));
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

  // The operator's view

  @ParameterizedTest
  @MethodSource("describeVersions")
  void describesInEveryVersion(int version) {
    stableMember();
    List<DescribedGroup> groups =
        api.answer(
                new DescribeGroupsHandler(api.groups),
                version,
                new DescribeGroupsRequestData()
                    .setGroups(List.of(GROUP, "other"))
                    .setIncludeAuthorizedOperations(version >= 3))
            .groups();
    assertThat(groups.get(0).groupState()).isEqualTo("Stable");
    assertThat(groups.get(1).groupState()).isEqualTo("Dead");
    assertThat(Errors.forCode(groups.get(1).errorCode()))
        .isEqualTo(version < 6 ? Errors.NONE : Errors.GROUP_ID_NOT_FOUND);
    if (version >= 3) {
      // As Kafka without an authorizer: READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS.
      assertThat(groups.get(0).authorizedOperations()).isEqualTo(0b1101_0100_1000);
    }
  }

  @Test
  void listsTheGroupsOfAllItsPartitions() {
    for (String group : List.of("a", "b", "c", "d")) {
      api.answer(commit, 9, commitRequest(9, 0).setGroupId(group));
    }
    for (int version = 0; version <= ApiKeys.LIST_GROUPS.latestVersion(); version++) {
      assertThat(
              api.answer(new ListGroupsHandler(api.groups), version, new ListGroupsRequestData())
                  .groups())
          .extracting(g -> g.groupId())
          .containsExactlyInAnyOrder("a", "b", "c", "d");
    }
  }

  @Test
  void deletesGroupsThatHaveNoMembers() {
    api.answer(commit, 9, commitRequest(9, 0).setGroupId("a"));
    stableMember();
    assertThat(
            api.answer(
                    new DeleteGroupsHandler(api.groups),
                    2,
                    new DeleteGroupsRequestData().setGroupsNames(List.of("a", GROUP, "other")))
                .results())
        .extracting(r -> r.groupId() + " " + Errors.forCode(r.errorCode()))
        .containsExactly("a NONE", "g NON_EMPTY_GROUP", "other GROUP_ID_NOT_FOUND");
  }

  @Nested
  class FindingTheCoordinator {
    private final FindCoordinatorHandler find = new FindCoordinatorHandler(api);

    private Coordinator find(int version, byte type) {
      FindCoordinatorRequestData data = new FindCoordinatorRequestData().setKeyType(type);
      if (version < 4) {
        data.setKey(GROUP);
      } else {
        data.setCoordinatorKeys(List.of(GROUP));
      }
      FindCoordinatorResponseData response = api.answer(find, version, data);
      return version < 4
          ? new Coordinator()
              .setErrorCode(response.errorCode())
              .setHost(response.host())
              .setPort(response.port())
          : response.coordinators().get(0);
    }

    @ParameterizedTest
    @MethodSource("io.myelin.broker.api.group.GroupHandlersTest#findVersions")
    void namesTheLeaderOfTheGroupsPartitionInEveryVersion(int version) {
      Coordinator found = find(version, (byte) 0);
      assertThat(found.host()).isEqualTo("broker.PLAINTEXT");
      assertThat(found.port()).isEqualTo(9092 + Math.abs(GROUP.hashCode()) % 3);
      assertThat(api.created).isZero();
    }

    @Test
    void createsTheTopicForTheFirstWhoAsks() {
      api.partitions = 0;
      assertThat(find(6, (byte) 0).errorCode()).isEqualTo(Errors.NONE.code());
      assertThat(api.created).isEqualTo(1);
    }

    @Test
    void asksForAnotherTryWhenTheTopicCannotBeCreated() {
      api.partitions = 0;
      api.partitionsOnCreate = 0;
      assertThat(find(6, (byte) 0).errorCode()).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE.code());
    }

    @Test
    void saysThatTransactionsAreNotServed() {
      Coordinator found = find(6, (byte) 1);
      assertThat(found.errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
      assertThat(found.errorMessage()).contains("does not serve transactions");
    }
  }

  @Test
  void refusesEmptyGroupIdsOfMembers() {
    assertThat(api.answer(join, 9, joinRequest("", 9).setGroupId("")).errorCode())
        .isEqualTo(Errors.INVALID_GROUP_ID.code());
    assertThat(api.answer(heartbeat, 4, heartbeatOf("m").setGroupId("")).errorCode())
        .isEqualTo(Errors.INVALID_GROUP_ID.code());
    assertThat(api.answer(leave, 5, new LeaveGroupRequestData().setGroupId("")).errorCode())
        .isEqualTo(Errors.INVALID_GROUP_ID.code());
  }
}
