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
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private final GroupFixture g = new GroupFixture();

  @Nested
  class Heartbeats {
    @Test
    void keepTheMember() {
      String id = g.stableGroup(1).get(0);
      for (int i = 0; i < 5; i++) {
        g.advance(SESSION_MS - 1);
        assertThat(g.heartbeat(id, 1)).isEqualTo(Errors.NONE);
      }
    }

    @Test
    void thatStopRemoveTheMember() {
      List<String> ids = g.stableGroup(2);
      g.advance(SESSION_MS / 2);
      g.heartbeat(ids.get(0), 1);
      g.advance(SESSION_MS / 2);
      assertThat(g.group().members()).containsOnlyKeys(ids.get(0));
      assertThat(g.heartbeat(ids.get(0), 1)).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
      assertThat(g.heartbeat(ids.get(1), 1)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void ofAnOldGenerationAreRefused() {
      String id = g.stableGroup(1).get(0);
      assertThat(g.heartbeat(id, 0)).isEqualTo(Errors.ILLEGAL_GENERATION);
    }

    @Test
    void ofUnknownGroupsAreRefused() {
      assertThat(g.heartbeat("nobody", 1)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void areFineBeforeTheAssignmentIsThere() {
      Answer<JoinGroupResponseData> join = g.joinAnew();
      g.advance(3_000);
      assertThat(g.heartbeat(g.response(join).memberId(), 1)).isEqualTo(Errors.NONE);
    }
  }

  @Nested
  class Leaving {
    @Test
    void startsARebalance() {
      List<String> ids = g.stableGroup(2);
      g.leave(ids.get(1));
      assertThat(g.group().members()).containsOnlyKeys(ids.get(0));
      assertThat(g.group().state()).isEqualTo(ClassicState.PREPARING);
    }

    @Test
    void completesARebalanceThatWaitedForTheMember() {
      List<String> ids = g.stableGroup(2);
      Answer<JoinGroupResponseData> rejoin = g.join(Joiner.fresh().as(ids.get(0)));
      g.leave(ids.get(1));
      assertThat(g.response(rejoin).generationId()).isEqualTo(2);
    }

    @Test
    void answersTheJoinAndSyncOfTheMember() {
      List<String> ids = g.stableGroup(2);
      Answer<JoinGroupResponseData> rejoin = g.join(Joiner.fresh().as(ids.get(0)));
      g.leave(ids.get(0));
      assertThat(error(g.response(rejoin))).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void answersTheSyncOfTheMember() {
      List<String> ids = g.stableGroup(2);
      g.join(Joiner.fresh().as(ids.get(0)));
      g.join(Joiner.fresh().as(ids.get(1)));
      Answer<SyncGroupResponseData> sync = g.sync(ids.get(1), 2);
      g.leave(ids.get(1));
      assertThat(error(g.response(sync))).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void takesBackAnIdThatWasHandedOut() {
      String id = g.idFor(Joiner.fresh());
      assertThat(g.leave(id).members().get(0).errorCode()).isEqualTo(Errors.NONE.code());
      assertThat(g.group().expected()).isEmpty();
      assertThat(g.timers).isEmpty();
    }

    @Test
    void answersForEveryMemberOfABatch() {
      String id = g.stableGroup(1).get(0);
      LeaveGroupResponseData response =
          g.leave(new MemberIdentity().setMemberId(id), new MemberIdentity().setMemberId("nobody"));
      assertThat(response.members())
          .extracting(m -> Errors.forCode(m.errorCode()))
          .containsExactly(Errors.NONE, Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void ofAnUnknownGroupIsRefusedPerMember() {
      assertThat(g.leave("nobody").members().get(0).errorCode())
          .isEqualTo(Errors.UNKNOWN_MEMBER_ID.code());
    }

    @Test
    void byInstanceRemovesAStaticMember() {
      stableStatic("i1");
      LeaveGroupResponseData response =
          g.leave(new MemberIdentity().setMemberId("").setGroupInstanceId("i1"));
      assertThat(response.members().get(0).errorCode()).isEqualTo(Errors.NONE.code());
      assertThat(g.group().state()).isEqualTo(ClassicState.EMPTY);
    }
  }

  @Nested
  class StaticMembers {
    @Test
    void joinWithoutAskingForAnId() {
      Answer<JoinGroupResponseData> join = g.join(Joiner.fresh().instance("i1"));
      g.advance(3_000);
      assertThat(g.response(join).memberId()).startsWith("i1-");
    }

    @Test
    void thatRestartKeepTheirPlaceWithoutARebalance() {
      String old = stableStatic("i1");
      JoinGroupResponseData response = g.response(g.join(Joiner.fresh().instance("i1")));
      assertThat(error(response)).isEqualTo(Errors.NONE);
      assertThat(response.generationId()).isEqualTo(1);
      assertThat(response.memberId()).isNotEqualTo(old);
      assertThat(g.group().state()).isEqualTo(ClassicState.STABLE);
      assertThat(g.response(g.sync(response.memberId(), 1)).assignment())
          .isEqualTo(assignment(1, old));
      assertThat(g.reloaded().group(GROUP).members()).containsOnlyKeys(response.memberId());
    }

    @Test
    void thatRestartAsLeaderSkipTheAssignment() {
      stableStatic("i1");
      JoinGroupResponseData response = g.response(g.join(Joiner.fresh().instance("i1")));
      assertThat(response.skipAssignment()).isTrue();
      assertThat(response.leader()).isEqualTo(response.memberId());
      assertThat(response.members()).hasSize(1);
    }

    @Test
    void thatRestartAsLeaderWithAnOldClientAreToldToFollow() {
      String old = stableStatic("i1");
      JoinGroupResponseData response = g.response(g.join(Joiner.fresh().instance("i1").version(8)));
      assertThat(response.leader()).isEqualTo(old);
      assertThat(response.members()).isEmpty();
      assertThat(response.skipAssignment()).isFalse();
    }

    @Test
    void thatRestartWithAnotherStrategyStartARebalance() {
      Answer<JoinGroupResponseData> join =
          g.join(Joiner.fresh().instance("i1").protocols(range("t"), protocol("sticky", "t")));
      g.advance(3_000);
      String old = g.response(join).memberId();
      g.sync(old, 1, old);
      Answer<JoinGroupResponseData> restarted =
          g.join(Joiner.fresh().instance("i1").protocols(protocol("sticky", "t"), range("t")));
      assertThat(g.response(restarted).generationId()).isEqualTo(2);
      assertThat(g.response(restarted).protocolName()).isEqualTo("sticky");
    }

    @Test
    void thatRestartWhileAssignmentIsAwaitedStartARebalance() {
      Answer<JoinGroupResponseData> join = g.join(Joiner.fresh().instance("i1"));
      g.advance(3_000);
      assertThat(g.response(join).generationId()).isEqualTo(1);
      Answer<JoinGroupResponseData> restarted = g.join(Joiner.fresh().instance("i1"));
      assertThat(g.response(restarted).generationId()).isEqualTo(2);
    }

    @Test
    void fenceTheirFormerSelf() {
      String old = stableStatic("i1");
      g.join(Joiner.fresh().instance("i1"));
      assertThat(g.heartbeat(old, "i1", 1)).isEqualTo(Errors.FENCED_INSTANCE_ID);
      assertThat(g.heartbeat(old, 1)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void fenceAFormerSelfThatStillWaits() {
      stableStatic("i1");
      g.join(Joiner.fresh().version(3));
      Answer<JoinGroupResponseData> waiting = g.join(Joiner.fresh().instance("i2"));
      g.join(Joiner.fresh().instance("i2"));
      assertThat(error(g.response(waiting))).isEqualTo(Errors.FENCED_INSTANCE_ID);
    }

    @Test
    void surviveARebalanceThatTheyDoNotJoin() {
      String id = stableStatic("i1");
      Answer<JoinGroupResponseData> other = g.join(Joiner.fresh().version(3));
      for (int i = 0; i < 12; i++) {
        g.heartbeat(id, "i1", 1);
        g.advance(REBALANCE_MS / 12);
      }
      assertThat(g.response(other).generationId()).isEqualTo(2);
      assertThat(g.group().members()).containsKey(id);
      assertThat(g.response(other).leader()).isEqualTo(g.response(other).memberId());
    }

    @Test
    void leaveNoTimerOfTheirFormerSelf() {
      String old = stableStatic("i1");
      g.join(Joiner.fresh().instance("i1"));
      assertThat(g.timers).doesNotContainKey(new GroupTimer.Session(GROUP, old));
    }
  }

  private String stableStatic(String instance) {
    Answer<JoinGroupResponseData> join = g.join(Joiner.fresh().instance(instance));
    g.advance(3_000);
    String id = g.response(join).memberId();
    g.sync(id, 1, id);
    assertThat(g.group().state()).isEqualTo(ClassicState.STABLE);
    return id;
  }

  @Nested
  class AfterLoading {
    @Test
    void membersHaveOneSessionToShowUp() {
      List<String> ids = g.stableGroup(2);
      GroupFixture next = new GroupFixture();
      next.apply(next.shard.loaded(g.reloaded(), next.nowMs));
      assertThat(next.heartbeat(ids.get(0), 1)).isEqualTo(Errors.NONE);
      next.advance(SESSION_MS);
      assertThat(next.group().state()).isEqualTo(ClassicState.EMPTY);
    }

    @Test
    void groupsThatAreTooLargeRebalance() {
      g.stableGroup(2);
      GroupFixture next = new GroupFixture(GroupFixture.config(0, 1));
      next.apply(next.shard.loaded(g.reloaded(), next.nowMs));
      assertThat(next.group().state()).isEqualTo(ClassicState.PREPARING);
    }
  }
}
