package io.myelin.broker.coordinator.group;

import static io.myelin.broker.coordinator.group.GroupFixture.GROUP;
import static io.myelin.broker.coordinator.group.GroupFixture.commitRequest;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.coordinator.Answer;
import io.myelin.broker.coordinator.group.GroupFixture.Joiner;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OffsetsTest {
  private static final long WEEK_MS = 7 * 24 * 3_600_000L;
  private static final Uuid OLD_TOPIC = new Uuid(1, 1);
  private static final Uuid NEW_TOPIC = new Uuid(2, 2);

  private final GroupFixture g = new GroupFixture();

  private OffsetFetchResponsePartitions fetch(String topic, Uuid id, int partition) {
    Answer<OffsetFetchResponseGroup> answer = new Answer<>();
    g.ask(
        new GroupRequest.FetchOffsets(
            new OffsetFetchRequestGroup()
                .setGroupId(GROUP)
                .setTopics(
                    List.of(
                        new OffsetFetchRequestTopics()
                            .setName(topic)
                            .setTopicId(id)
                            .setPartitionIndexes(List.of(partition)))),
            answer));
    return g.response(answer).topics().get(0).partitions().get(0);
  }

  private long fetched(String topic, int partition) {
    return fetch(topic, Uuid.ZERO_UUID, partition).committedOffset();
  }

  @Nested
  class Commits {
    @Test
    void areFetched() {
      assertThat(g.commit("", -1, "t", 3, 42)).isEqualTo(Errors.NONE);
      OffsetFetchResponsePartitions fetched = fetch("t", Uuid.ZERO_UUID, 3);
      assertThat(fetched.committedOffset()).isEqualTo(42);
      assertThat(fetched.metadata()).isEqualTo("m");
      assertThat(fetched.committedLeaderEpoch()).isEqualTo(-1);
    }

    @Test
    void areLoadedFromTheLog() {
      g.commit("", -1, "t", 3, 42);
      assertThat(g.reloaded().offsets()).isEqualTo(g.state.offsets());
      assertThat(g.reloaded().group(GROUP)).isNotNull();
    }

    @Test
    void ofMembersNeedTheirGeneration() {
      String id = g.stableGroup(1).get(0);
      assertThat(g.commit(id, 1, "t", 0, 5)).isEqualTo(Errors.NONE);
      assertThat(g.commit(id, 0, "t", 0, 6)).isEqualTo(Errors.ILLEGAL_GENERATION);
      assertThat(g.commit("nobody", 1, "t", 0, 6)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
      assertThat(fetched("t", 0)).isEqualTo(5);
    }

    @Test
    void ofToolsAreRefusedWhileTheGroupHasMembers() {
      g.stableGroup(1);
      assertThat(g.commit("", -1, "t", 0, 6)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void ofFencedStaticMembersAreRefused() {
      Answer<JoinGroupResponseData> join = g.join(Joiner.fresh().instance("i1"));
      g.advance(3_000);
      g.sync(g.response(join).memberId(), 1);
      OffsetCommitRequestData data =
          commitRequest("somebody-else", 1, "t", 0, 1).setGroupInstanceId("i1");
      assertThat(g.commit(data, 9).topics().get(0).partitions().get(0).errorCode())
          .isEqualTo(Errors.FENCED_INSTANCE_ID.code());
    }

    @Test
    void beforeTheAssignmentAreRefused() {
      Answer<JoinGroupResponseData> join = g.joinAnew();
      g.advance(3_000);
      assertThat(g.commit(g.response(join).memberId(), 1, "t", 0, 1))
          .isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    }

    @Test
    void duringTheNextRebalanceAreAccepted() {
      List<String> ids = g.stableGroup(2);
      g.join(Joiner.fresh().as(ids.get(0)));
      assertThat(g.commit(ids.get(1), 1, "t", 0, 1)).isEqualTo(Errors.NONE);
    }

    @Test
    void toUnknownGroupsWithAGenerationAreRefusedAsTheVersionKnows() {
      OffsetCommitRequestData data = commitRequest("m", 3, "t", 0, 1);
      assertThat(errorOf(g.commit(data, 8))).isEqualTo(Errors.ILLEGAL_GENERATION);
      assertThat(errorOf(g.commit(data, 9))).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    }

    @Test
    void withTooMuchMetadataAreRefused() {
      OffsetCommitRequestData data = commitRequest("", -1, "t", 0, 1);
      data.topics().get(0).partitions().get(0).setCommittedMetadata("x".repeat(4_097));
      assertThat(errorOf(g.commit(data, 9))).isEqualTo(Errors.OFFSET_METADATA_TOO_LARGE);
      assertThat(g.log).isEmpty();
    }

    @Test
    void keepTheSessionAlive() {
      String id = g.stableGroup(1).get(0);
      g.advance(GroupFixture.SESSION_MS - 1);
      g.commit(id, 1, "t", 0, 1);
      g.advance(GroupFixture.SESSION_MS - 1);
      assertThat(g.group().members()).containsKey(id);
    }

    private Errors errorOf(OffsetCommitResponseData response) {
      return Errors.forCode(response.topics().get(0).partitions().get(0).errorCode());
    }
  }

  @Nested
  class Fetches {
    @Test
    void ofWhatWasNeverCommittedSayMinusOne() {
      assertThat(fetched("t", 0)).isEqualTo(-1);
    }

    @Test
    void doNotShowOffsetsOfAFormerTopicOfTheSameName() {
      OffsetCommitRequestData data = commitRequest("", -1, "t", 0, 7);
      data.topics().get(0).setTopicId(OLD_TOPIC);
      g.commit(data, 10);
      assertThat(fetch("t", OLD_TOPIC, 0).committedOffset()).isEqualTo(7);
      assertThat(fetch("t", NEW_TOPIC, 0).committedOffset()).isEqualTo(-1);
    }

    @Test
    void ofEverythingListAllTopics() {
      g.commit("", -1, "t", 0, 7);
      g.commit("", -1, "u", 1, 8);
      Answer<OffsetFetchResponseGroup> answer = new Answer<>();
      g.ask(
          new GroupRequest.FetchOffsets(
              new OffsetFetchRequestGroup().setGroupId(GROUP).setTopics(null), answer));
      assertThat(g.response(answer).topics())
          .extracting(t -> t.name() + t.partitions().get(0).committedOffset())
          .containsExactly("t7", "u8");
    }
  }

  @Nested
  class Deletion {
    private Errors delete(String topic) {
      OffsetDeleteResponseData response = deleteResponse(topic);
      return response.errorCode() != 0
          ? Errors.forCode(response.errorCode())
          : Errors.forCode(response.topics().find(topic).partitions().find(0).errorCode());
    }

    private OffsetDeleteResponseData deleteResponse(String topic) {
      OffsetDeleteRequestTopic one = new OffsetDeleteRequestTopic().setName(topic);
      one.partitions().add(new OffsetDeleteRequestPartition().setPartitionIndex(0));
      OffsetDeleteRequestData data = new OffsetDeleteRequestData().setGroupId(GROUP);
      data.topics().add(one);
      Answer<OffsetDeleteResponseData> answer = new Answer<>();
      g.ask(new GroupRequest.DeleteOffsets(data, answer));
      return g.response(answer);
    }

    @Test
    void ofOffsetsWritesTombstones() {
      g.commit("", -1, "t", 0, 7);
      assertThat(delete("t")).isEqualTo(Errors.NONE);
      assertThat(g.log.getLast().value()).isNull();
      assertThat(g.reloaded().offsets()).isEmpty();
    }

    @Test
    void ofOffsetsInUseIsRefused() {
      String id = g.stableGroup(1).get(0);
      g.commit(id, 1, "t", 0, 7);
      assertThat(delete("t")).isEqualTo(Errors.GROUP_SUBSCRIBED_TO_TOPIC);
      assertThat(delete("u")).isEqualTo(Errors.NONE);
    }

    @Test
    void ofOffsetsOfOtherGroupsWithMembersIsRefused() {
      g.join(Joiner.fresh().type("connect").version(3));
      assertThat(delete("t")).isEqualTo(Errors.NON_EMPTY_GROUP);
    }

    @Test
    void ofOffsetsOfUnknownGroupsIsRefused() {
      assertThat(delete("t")).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    }

    @Test
    void ofATopicDropsItsOffsetsInAllGroups() {
      g.commit("", -1, "t", 0, 7);
      g.commit("", -1, "u", 0, 8);
      g.ask(new GroupRequest.ForgetTopics(Set.of("t"), new Answer<>()));
      assertThat(fetched("t", 0)).isEqualTo(-1);
      assertThat(fetched("u", 0)).isEqualTo(8);
      assertThat(g.reloaded().offsets()).isEqualTo(g.state.offsets());
    }

    @Test
    void ofAGroupDropsItWithItsOffsets() {
      g.commit("", -1, "t", 0, 7);
      assertThat(deleteGroup()).isEqualTo(Errors.NONE);
      assertThat(g.group()).isNull();
      assertThat(g.reloaded()).isEqualTo(Groups.EMPTY);
    }

    @Test
    void ofAGroupWithMembersIsRefused() {
      g.stableGroup(1);
      assertThat(deleteGroup()).isEqualTo(Errors.NON_EMPTY_GROUP);
    }

    @Test
    void ofAnUnknownGroupIsRefused() {
      assertThat(deleteGroup()).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    }

    private Errors deleteGroup() {
      Answer<List<DeletableGroupResult>> answer = new Answer<>();
      g.ask(new GroupRequest.Delete(List.of(GROUP), answer));
      return Errors.forCode(g.response(answer).get(0).errorCode());
    }
  }

  @Nested
  class Expiry {
    private void startChecks() {
      g.apply(g.shard.loaded(g.state, g.nowMs));
    }

    @Test
    void dropsOffsetsAndGroupOfAToolAWeekAfterTheCommit() {
      g.commit("", -1, "t", 0, 7);
      startChecks();
      g.advance(WEEK_MS - 1);
      assertThat(fetched("t", 0)).isEqualTo(7);
      g.advance(600_000);
      assertThat(g.group()).isNull();
      assertThat(g.reloaded()).isEqualTo(Groups.EMPTY);
    }

    @Test
    void countsFromWhenTheGroupBecameEmpty() {
      String id = g.stableGroup(1).get(0);
      g.commit(id, 1, "t", 0, 7);
      startChecks();
      for (long ms = 0; ms < WEEK_MS; ms += 9_000) {
        g.heartbeat(id, 1);
        g.advance(9_000);
      }
      g.leave(id);
      g.advance(WEEK_MS - 600_000);
      assertThat(fetched("t", 0)).isEqualTo(7);
      g.advance(1_200_000);
      assertThat(g.group()).isNull();
    }

    @Test
    void sparesTopicsThatTheGroupConsumes() {
      String id = g.stableGroup(1).get(0);
      g.commit(id, 1, "t", 0, 7);
      g.commit(id, 1, "given-up", 0, 7);
      startChecks();
      for (long ms = 0; ms < WEEK_MS + 600_000; ms += 9_000) {
        g.heartbeat(id, 1);
        g.advance(9_000);
      }
      assertThat(fetched("t", 0)).isEqualTo(7);
      assertThat(fetched("given-up", 0)).isEqualTo(-1);
    }

    @Test
    void obeysTheRetentionThatAnOldClientAskedFor() {
      g.commit(commitRequest("", -1, "t", 0, 7).setRetentionTimeMs(1_000_000), 4);
      startChecks();
      g.advance(600_000);
      assertThat(fetched("t", 0)).isEqualTo(7);
      g.advance(600_000);
      assertThat(fetched("t", 0)).isEqualTo(-1);
    }

    @Test
    void goesInPiecesThatFitIntoABatch() {
      for (int i = 0; i < 2_500; i++) {
        g.commit("", -1, "t", i, 7);
      }
      int before = g.log.size();
      g.timers.clear();
      startChecks();
      g.advance(WEEK_MS);
      g.advance(600_000);
      assertThat(g.reloaded()).isEqualTo(Groups.EMPTY);
      assertThat(g.log).hasSize(before + 2_501);
    }
  }

  @Nested
  class Views {
    @Test
    void describeAStableGroup() {
      String id = g.stableGroup(1).get(0);
      DescribedGroup group = describe(GROUP);
      assertThat(group.groupState()).isEqualTo("Stable");
      assertThat(group.protocolType()).isEqualTo("consumer");
      assertThat(group.protocolData()).isEqualTo("range");
      assertThat(group.members().get(0).memberId()).isEqualTo(id);
      assertThat(group.members().get(0).clientHost()).isEqualTo("/192.0.2.7");
      assertThat(group.members().get(0).memberAssignment())
          .isEqualTo(GroupFixture.assignment(1, id));
    }

    @Test
    void callUnknownGroupsDead() {
      assertThat(describe("other").groupState()).isEqualTo("Dead");
      assertThat(describe("other").errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    }

    private DescribedGroup describe(String id) {
      Answer<List<DescribedGroup>> answer = new Answer<>();
      g.ask(new GroupRequest.Describe(List.of(id), answer));
      return g.response(answer).get(0);
    }

    @Test
    void listGroupsByStateAndType() {
      g.stableGroup(1);
      assertThat(list(Set.of(), Set.of())).hasSize(1);
      assertThat(list(Set.of("STABLE"), Set.of("classic"))).hasSize(1);
      assertThat(list(Set.of("Empty"), Set.of())).isEmpty();
      assertThat(list(Set.of(), Set.of("consumer"))).isEmpty();
      assertThat(list(Set.of(), Set.of()).get(0).groupType()).isEqualTo("Classic");
    }

    private List<ListedGroup> list(Set<String> states, Set<String> types) {
      Answer<List<ListedGroup>> answer = new Answer<>();
      g.ask(new GroupRequest.ListAll(states, types, answer));
      return g.response(answer);
    }
  }
}
