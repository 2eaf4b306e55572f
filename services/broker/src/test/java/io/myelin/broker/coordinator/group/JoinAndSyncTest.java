package io.myelin.broker.coordinator.group;

import static io.myelin.broker.coordinator.group.GroupFixture.GROUP;
import static io.myelin.broker.coordinator.group.GroupFixture.REBALANCE_MS;
import static io.myelin.broker.coordinator.group.GroupFixture.SESSION_MS;
import static io.myelin.broker.coordinator.group.GroupFixture.assignment;
import static io.myelin.broker.coordinator.group.GroupFixture.error;
import static io.myelin.broker.coordinator.group.GroupFixture.protocol;
import static io.myelin.broker.coordinator.group.GroupFixture.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.coordinator.Answer;
import io.myelin.broker.coordinator.group.GroupFixture.Joiner;
import java.util.List;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JoinAndSyncTest {
  private final GroupFixture g = new GroupFixture();

  @Nested
  class NewMembers {
    @Test
    void areHandedAnIdFirst() {
      String id = g.idFor(Joiner.fresh());
      assertThat(id).startsWith("client-");
      assertThat(g.group().expected()).containsExactly(id);
      assertThat(g.group().members()).isEmpty();
    }

    @Test
    void joinAtOnceWithOldVersions() {
      g.join(Joiner.fresh().version(3));
      assertThat(g.group().members()).hasSize(1);
    }

    @Test
    void withAnIdThatWasHandedOutAreAccepted() {
      String id = g.idFor(Joiner.fresh());
      g.join(Joiner.fresh().as(id));
      assertThat(g.group().members()).containsOnlyKeys(id);
      assertThat(g.group().expected()).isEmpty();
    }

    @Test
    void withAnUnknownIdAreRefused() {
      assertThat(error(g.response(g.join(Joiner.fresh().as("nobody")))))
          .isEqualTo(Errors.UNKNOWN_MEMBER_ID);
      assertThat(g.group()).isNull();
    }

    @Test
    void thatNeverUseTheirIdAreForgottenAfterTheSessionTimeout() {
      g.idFor(Joiner.fresh());
      g.advance(SESSION_MS);
      assertThat(g.group().expected()).isEmpty();
    }

    @Test
    void waitForOthersDuringTheInitialDelay() {
      Answer<JoinGroupResponseData> join = g.joinAnew();
      g.advance(2_999);
      assertThat(g.answered(join)).isFalse();
      g.advance(1);
      assertThat(g.response(join).generationId()).isEqualTo(1);
    }

    @Test
    void extendTheInitialDelay() {
      Answer<JoinGroupResponseData> first = g.joinAnew();
      g.advance(2_000);
      Answer<JoinGroupResponseData> second = g.joinAnew();
      g.advance(1_000);
      assertThat(g.answered(first)).isFalse();
      g.advance(3_000);
      assertThat(g.response(first).generationId()).isEqualTo(1);
      assertThat(g.response(second).generationId()).isEqualTo(1);
    }

    @Test
    void extendTheInitialDelayNoLongerThanTheRebalanceTimeout() {
      Answer<JoinGroupResponseData> first = g.joinAnew();
      for (int ms = 0; ms < REBALANCE_MS; ms += 1_000) {
        g.joinAnew();
        g.advance(1_000);
      }
      assertThat(g.answered(first)).isTrue();
    }

    @Test
    void areRemovedWhenTheyWaitLongerThanTheJoinTimeout() {
      JoinGroupRequestData patient = g.request(Joiner.fresh()).setRebalanceTimeoutMs(600_000);
      Answer<JoinGroupResponseData> join = g.join(patient, 3);
      g.advance(3_000);
      String old = g.response(join).memberId();
      g.sync(old, 1, old);
      Answer<JoinGroupResponseData> slow = g.join(Joiner.fresh().version(3));
      for (int ms = 0; ms < JoinRules.NEW_MEMBER_JOIN_TIMEOUT_MS; ms += 5_000) {
        assertThat(g.answered(slow)).isFalse();
        g.heartbeat(old, 1);
        g.advance(5_000);
      }
      assertThat(error(g.response(slow))).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void startARebalanceOfAStableGroup() {
      List<String> ids = g.stableGroup(1);
      Answer<JoinGroupResponseData> join = g.joinAnew();
      assertThat(g.heartbeat(ids.get(0), 1)).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
      assertThat(g.answered(join)).isFalse();
      Answer<JoinGroupResponseData> rejoin = g.join(Joiner.fresh().as(ids.get(0)));
      assertThat(g.response(join).generationId()).isEqualTo(2);
      assertThat(g.response(rejoin).leader()).isEqualTo(ids.get(0));
    }

    @Test
    void beyondTheMaximumAreRefused() {
      GroupFixture small = new GroupFixture(GroupFixture.config(0, 1));
      small.stableGroup(1);
      assertThat(error(small.response(small.join(Joiner.fresh()))))
          .isEqualTo(Errors.GROUP_MAX_SIZE_REACHED);
    }

    @Test
    void withASessionTimeoutOutOfBoundsAreRefused() {
      for (int ms : new int[] {5_999, 1_800_001}) {
        JoinGroupRequestData data = g.request(Joiner.fresh()).setSessionTimeoutMs(ms);
        assertThat(error(g.response(g.join(data, 9)))).isEqualTo(Errors.INVALID_SESSION_TIMEOUT);
      }
    }

    @Test
    void withoutAGroupIdAreRefused() {
      JoinGroupRequestData data = g.request(Joiner.fresh()).setGroupId("");
      assertThat(error(g.response(g.join(data, 9)))).isEqualTo(Errors.INVALID_GROUP_ID);
    }
  }

  @Nested
  class Protocols {
    @Test
    void ofAnotherTypeAreRefused() {
      g.stableGroup(1);
      assertThat(error(g.response(g.join(Joiner.fresh().type("connect")))))
          .isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
    }

    @Test
    void thatNobodyElseSupportsAreRefused() {
      g.stableGroup(1);
      assertThat(error(g.response(g.join(Joiner.fresh().protocols(protocol("sticky", "t"))))))
          .isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
    }

    @Test
    void mustNotBeEmpty() {
      assertThat(error(g.response(g.join(new Joiner("", null, "consumer", List.of(), 9)))))
          .isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
      assertThat(error(g.response(g.join(Joiner.fresh().type("")))))
          .isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
    }

    @Test
    void areElectedByVotesAmongThoseThatAllSupport() {
      Joiner one = Joiner.fresh().version(3).protocols(range("t"), protocol("sticky", "t"));
      Joiner two = Joiner.fresh().version(3).protocols(protocol("sticky", "t"), range("t"));
      Joiner three =
          Joiner.fresh()
              .version(3)
              .protocols(protocol("own", "t"), protocol("sticky", "t"), range("t"));
      Answer<JoinGroupResponseData> join = g.join(one);
      g.join(two);
      g.join(three);
      g.advance(6_000);
      assertThat(g.response(join).protocolName()).isEqualTo("sticky");
      assertThat(g.response(join).protocolType()).isEqualTo("consumer");
    }
  }

  @Nested
  class Generations {
    @Test
    void tellOnlyTheLeaderWhoBelongsToThem() {
      Answer<JoinGroupResponseData> a = g.joinAnew();
      Answer<JoinGroupResponseData> b = g.joinAnew();
      g.advance(6_000);
      JoinGroupResponseData first = g.response(a);
      JoinGroupResponseData second = g.response(b);
      boolean firstLeads = first.leader().equals(first.memberId());
      JoinGroupResponseData leader = firstLeads ? first : second;
      JoinGroupResponseData follower = firstLeads ? second : first;
      assertThat(leader.members())
          .extracting(JoinGroupResponseMember::memberId)
          .containsExactlyInAnyOrder(first.memberId(), second.memberId());
      assertThat(leader.members().get(0).metadata()).isEqualTo(range("t").metadata());
      assertThat(follower.members()).isEmpty();
    }

    @Test
    void leaveOutWhoDoesNotRejoinInTime() {
      List<String> ids = g.stableGroup(2);
      Answer<JoinGroupResponseData> rejoin = g.join(Joiner.fresh().as(ids.get(0)));
      for (int i = 0; i < 12; i++) {
        g.heartbeat(ids.get(1), 1);
        g.advance(REBALANCE_MS / 12);
      }
      assertThat(g.response(rejoin).generationId()).isEqualTo(2);
      assertThat(g.group().members()).containsOnlyKeys(ids.get(0));
    }

    @Test
    void electANewLeaderIfTheOldOneDoesNotRejoin() {
      List<String> ids = g.stableGroup(2);
      Joiner changed = Joiner.fresh().as(ids.get(1)).protocols(range("t", "u"));
      Answer<JoinGroupResponseData> rejoin = g.join(changed);
      g.advance(REBALANCE_MS);
      assertThat(g.response(rejoin).leader()).isEqualTo(ids.get(1));
    }

    @Test
    void areRepeatedToAMemberThatMissedTheAnswer() {
      Answer<JoinGroupResponseData> join = g.joinAnew();
      g.advance(3_000);
      String id = g.response(join).memberId();
      Answer<JoinGroupResponseData> again = g.join(Joiner.fresh().as(id));
      assertThat(g.response(again)).isEqualTo(g.response(join));
    }

    @Test
    void areRepeatedToAFollowerOfAStableGroup() {
      List<String> ids = g.stableGroup(2);
      JoinGroupResponseData again = g.response(g.join(Joiner.fresh().as(ids.get(1))));
      assertThat(again.generationId()).isEqualTo(1);
      assertThat(again.members()).isEmpty();
      assertThat(g.group().state()).isEqualTo(ClassicState.STABLE);
    }

    @Test
    void beginAnewWhenTheLeaderRejoins() {
      List<String> ids = g.stableGroup(2);
      g.join(Joiner.fresh().as(ids.get(0)));
      assertThat(g.group().state()).isEqualTo(ClassicState.PREPARING);
    }

    @Test
    void beginAnewWhenAFollowerChangesItsMetadata() {
      List<String> ids = g.stableGroup(2);
      g.join(Joiner.fresh().as(ids.get(1)).protocols(range("t", "u")));
      assertThat(g.group().state()).isEqualTo(ClassicState.PREPARING);
    }

    @Test
    void endWithTheLastMember() {
      List<String> ids = g.stableGroup(1);
      g.leave(ids.get(0));
      assertThat(g.group().state()).isEqualTo(ClassicState.EMPTY);
      assertThat(g.group().generation()).isEqualTo(2);
      assertThat(g.reloaded().group(GROUP).state()).isEqualTo(ClassicState.EMPTY);
      assertThat(g.timers).isEmpty();
    }

    @Test
    void doNotAnswerAJoinTwice() {
      g.stableGroup(1);
      String id = g.idFor(Joiner.fresh());
      Answer<JoinGroupResponseData> first = g.join(Joiner.fresh().as(id));
      Answer<JoinGroupResponseData> retry = g.join(Joiner.fresh().as(id));
      assertThat(error(g.response(first))).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
      assertThat(g.answered(retry)).isFalse();
    }
  }

  @Nested
  class Syncing {
    private final List<String> ids = joinTwo();

    private List<String> joinTwo() {
      Answer<JoinGroupResponseData> a = g.joinAnew();
      Answer<JoinGroupResponseData> b = g.joinAnew();
      g.advance(6_000);
      String leader = g.response(a).leader();
      String first = g.response(a).memberId();
      return leader.equals(first)
          ? List.of(first, g.response(b).memberId())
          : List.of(leader, first);
    }

    @Test
    void followersWaitForTheLeader() {
      Answer<SyncGroupResponseData> follower = g.sync(ids.get(1), 1);
      assertThat(g.answered(follower)).isFalse();
      Answer<SyncGroupResponseData> leader = g.sync(ids.get(0), 1, ids.get(0), ids.get(1));
      assertThat(g.response(follower).assignment()).isEqualTo(assignment(1, ids.get(1)));
      assertThat(g.response(leader).assignment()).isEqualTo(assignment(1, ids.get(0)));
      assertThat(g.group().state()).isEqualTo(ClassicState.STABLE);
    }

    @Test
    void theAssignmentIsWrittenDown() {
      g.sync(ids.get(0), 1, ids.get(0), ids.get(1));
      ClassicGroup loaded = g.reloaded().group(GROUP);
      assertThat(loaded.state()).isEqualTo(ClassicState.STABLE);
      assertThat(loaded.generation()).isEqualTo(1);
      assertThat(loaded.leader()).isEqualTo(ids.get(0));
      assertThat(loaded.subscribed()).containsExactly("t");
      assertThat(loaded.member(ids.get(1)).assignment()).isEqualTo(assignment(1, ids.get(1)));
    }

    @Test
    void whoComesLaterGetsItsAssignmentAtOnce() {
      g.sync(ids.get(0), 1, ids.get(0), ids.get(1));
      assertThat(g.response(g.sync(ids.get(1), 1)).assignment())
          .isEqualTo(assignment(1, ids.get(1)));
    }

    @Test
    void whoIsNotAssignedAnythingGetsAnEmptyAssignment() {
      g.sync(ids.get(0), 1, ids.get(0));
      assertThat(g.response(g.sync(ids.get(1), 1)).assignment()).isEmpty();
    }

    @Test
    void withAnotherGenerationIsRefused() {
      assertThat(error(g.response(g.sync(ids.get(1), 0)))).isEqualTo(Errors.ILLEGAL_GENERATION);
    }

    @Test
    void ofStrangersIsRefused() {
      assertThat(error(g.response(g.sync("nobody", 1)))).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void withAnotherProtocolIsRefused() {
      SyncGroupRequestData data =
          new SyncGroupRequestData()
              .setGroupId(GROUP)
              .setMemberId(ids.get(1))
              .setGenerationId(1)
              .setProtocolType("consumer")
              .setProtocolName("sticky");
      assertThat(error(g.response(g.sync(data)))).isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
    }

    @Test
    void isSentAwayWhenAnotherRebalanceStarts() {
      Answer<SyncGroupResponseData> follower = g.sync(ids.get(1), 1);
      g.join(Joiner.fresh().version(3));
      assertThat(error(g.response(follower))).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
      assertThat(error(g.response(g.sync(ids.get(0), 1, ids.get(0)))))
          .isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    }

    @Test
    void thatNeverComesRemovesTheMember() {
      g.sync(ids.get(0), 1, ids.get(0), ids.get(1));
      for (int i = 0; i < 12; i++) {
        g.heartbeat(ids.get(0), 1);
        g.heartbeat(ids.get(1), 1);
        g.advance(REBALANCE_MS / 12);
      }
      assertThat(g.group().members()).containsOnlyKeys(ids.get(0));
      assertThat(g.group().state()).isEqualTo(ClassicState.PREPARING);
    }

    @Test
    void aFollowerThatWaitsNeedsNoHeartbeat() {
      Answer<SyncGroupResponseData> follower = g.sync(ids.get(1), 1);
      for (int i = 0; i < 4; i++) {
        g.heartbeat(ids.get(0), 1);
        g.advance(SESSION_MS / 2);
      }
      assertThat(g.answered(follower)).isFalse();
      assertThat(g.group().members()).containsKey(ids.get(1));
    }
  }
}
