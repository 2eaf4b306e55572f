package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.group.ClassicGroup.InitialDelay;
import java.util.List;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jboss.logging.Logger;
import org.pcollections.HashTreePSet;

/** How a classic group comes from one generation to the next. */
final class Rebalance {
  private static final Logger LOG = Logger.getLogger(Rebalance.class);

  private final GroupConfig config;

  Rebalance(GroupConfig config) {
    this.config = config;
  }

  /** Something changed: a rebalance starts, or the one under way may now be complete. */
  void startOrContinue(GroupTurn turn, ClassicGroup group, String why) {
    if (group.is(ClassicState.PREPARING)) {
      completeIfAllHaveJoined(turn, group);
    } else {
      start(turn, group, why);
    }
  }

  void start(GroupTurn turn, ClassicGroup before, String why) {
    LOG.infof(
        "group %s, generation %d, %s: rebalance, because %s",
        before.id(), before.generation(), before.state().wireName(), why);
    ClassicGroup group =
        before.is(ClassicState.COMPLETING) ? sendAwayWhoAwaitsSync(turn, before) : before;
    turn.cancel(new GroupTimer.Sync(group.id()));
    group = group.unsynced(HashTreePSet.empty());
    boolean initial = group.is(ClassicState.EMPTY);
    group = group.in(ClassicState.PREPARING, turn.nowMs());
    if (initial) {
      int delayMs = config.initialRebalanceDelayMs();
      int remainingMs = Math.max(group.rebalanceTimeoutMs() - delayMs, 0);
      turn.put(group.delayed(new InitialDelay(delayMs, remainingMs, false)));
      turn.schedule(new GroupTimer.Join(group.id()), delayMs);
    } else if (group.allHaveJoined()) {
      complete(turn, group);
    } else {
      turn.put(group);
      turn.schedule(new GroupTimer.Join(group.id()), group.rebalanceTimeoutMs());
    }
  }

  /** The first rebalance of an empty group waits for its delay even if all have joined. */
  void completeIfAllHaveJoined(GroupTurn turn, ClassicGroup group) {
    if (group.is(ClassicState.PREPARING) && group.initialDelay() == null && group.allHaveJoined()) {
      complete(turn, group);
    } else {
      turn.put(group);
    }
  }

  void joinTimeIsUp(GroupTurn turn, ClassicGroup group) {
    if (!group.is(ClassicState.PREPARING)) {
      return;
    }
    InitialDelay delay = group.initialDelay();
    if (delay != null && delay.extend() && delay.remainingMs() != 0) {
      int delayMs = Math.min(config.initialRebalanceDelayMs(), delay.remainingMs());
      int remainingMs = Math.max(delay.remainingMs() - delay.delayMs(), 0);
      turn.put(group.delayed(new InitialDelay(delayMs, remainingMs, false)));
      turn.schedule(new GroupTimer.Join(group.id()), delayMs);
    } else {
      complete(turn, group);
    }
  }

  /** Ends the joining: who has joined makes up the next generation. */
  void complete(GroupTurn turn, ClassicGroup before) {
    turn.cancel(new GroupTimer.Join(before.id()));
    ClassicGroup group = before;
    for (ClassicMember member : before.members().values()) {
      // Static members may take until their session ends.
      if (!member.awaitsJoin() && !member.isStatic()) {
        LOG.infof("group %s: %s has not rejoined and is removed", before.id(), member.id());
        group = removed(turn, group, member, Errors.UNKNOWN_MEMBER_ID);
      }
    }
    group = withJoinedLeader(group);
    boolean nobodyJoined = group.awaitingJoin() == 0;
    if (nobodyJoined && !group.members().isEmpty()) {
      turn.put(group);
      turn.schedule(new GroupTimer.Join(group.id()), group.rebalanceTimeoutMs());
      return;
    }
    if (group.members().isEmpty()) {
      group =
          group.nextGeneration(null, GroupReplay.subscribed(group.protocolType(), null, List.of()));
      group = group.in(ClassicState.EMPTY, turn.nowMs());
      LOG.infof("group %s, generation %d: empty", group.id(), group.generation());
      turn.put(group);
      turn.append(GroupRecords.group(group));
      return;
    }
    String protocol = group.electProtocol();
    group =
        group.nextGeneration(
            protocol,
            GroupReplay.subscribed(group.protocolType(), protocol, group.members().values()));
    LOG.infof(
        "group %s, generation %d: %d members",
        group.id(), group.generation(), group.members().size());
    answerJoins(turn, group.in(ClassicState.COMPLETING, turn.nowMs()));
  }

  private static ClassicGroup withJoinedLeader(ClassicGroup group) {
    ClassicMember leader = group.leader() == null ? null : group.member(group.leader());
    if (leader != null && leader.awaitsJoin()) {
      return group;
    }
    return group.members().values().stream()
        .filter(ClassicMember::awaitsJoin)
        .findFirst()
        .map(member -> group.led(member.id()))
        .orElse(group);
  }

  private void answerJoins(GroupTurn turn, ClassicGroup completing) {
    ClassicGroup group = completing;
    for (ClassicMember member : completing.members().values()) {
      turn.reply(member.join(), joinResponse(completing, member.id()));
      group = group.with(member.joined());
      restartSession(turn, group.id(), member);
    }
    group = group.unsynced(HashTreePSet.from(completing.members().keySet()));
    turn.put(group);
    turn.schedule(new GroupTimer.Sync(group.id()), group.rebalanceTimeoutMs());
  }

  /** The present generation, as told to {@code memberId}: the leader learns who belongs to it. */
  static JoinGroupResponseData joinResponse(ClassicGroup group, String memberId) {
    return new JoinGroupResponseData()
        .setMembers(group.isLeader(memberId) ? membersForLeader(group) : List.of())
        .setMemberId(memberId)
        .setGenerationId(group.generation())
        .setProtocolName(group.protocolName())
        .setProtocolType(group.protocolType())
        .setLeader(group.leader())
        .setSkipAssignment(false);
  }

  private static List<JoinGroupResponseMember> membersForLeader(ClassicGroup group) {
    return group.members().values().stream()
        .map(
            m ->
                new JoinGroupResponseMember()
                    .setMemberId(m.id())
                    .setGroupInstanceId(m.instanceId())
                    .setMetadata(m.metadata(group.protocolName())))
        .toList();
  }

  static JoinGroupResponseData joinError(String memberId, Errors error) {
    return new JoinGroupResponseData().setMemberId(memberId).setErrorCode(error.code());
  }

  static SyncGroupResponseData syncError(Errors error) {
    return new SyncGroupResponseData().setErrorCode(error.code());
  }

  private ClassicGroup sendAwayWhoAwaitsSync(GroupTurn turn, ClassicGroup before) {
    ClassicGroup group = before;
    for (ClassicMember member : before.members().values()) {
      group = group.with(member.withSync(null).withAssignment(ClassicMember.NO_BYTES));
      if (member.sync() != null) {
        turn.reply(member.sync(), syncError(Errors.REBALANCE_IN_PROGRESS));
        restartSession(turn, group.id(), member);
      }
    }
    return group;
  }

  /** Without the member; whatever it waits for is answered with {@code error}. */
  static ClassicGroup removed(
      GroupTurn turn, ClassicGroup group, ClassicMember member, Errors error) {
    turn.reply(
        member.join(), joinError(error == Errors.FENCED_INSTANCE_ID ? member.id() : "", error));
    turn.reply(member.sync(), syncError(error));
    turn.cancel(new GroupTimer.Session(group.id(), member.id()));
    return group.without(member.id());
  }

  /** After members were removed for good: a generation without them is needed. */
  void continueWithoutRemoved(GroupTurn turn, ClassicGroup group, String why) {
    switch (group.state()) {
      case STABLE, COMPLETING -> start(turn, group, why);
      case PREPARING -> {
        if (group.allHaveJoined()) {
          complete(turn, group);
        } else {
          turn.put(group);
        }
      }
      case EMPTY -> turn.put(group);
    }
  }

  void sessionEnded(GroupTurn turn, ClassicGroup group, String memberId) {
    ClassicMember member = group.member(memberId);
    if (member == null) {
      if (group.expected().contains(memberId)) {
        expectedIsGone(turn, group.without(memberId));
      }
    } else if (!member.isExcusedFromHeartbeat()) {
      continueWithoutRemoved(
          turn,
          removed(turn, group, member, Errors.UNKNOWN_MEMBER_ID),
          "the session of " + memberId + " has ended");
    }
  }

  private void expectedIsGone(GroupTurn turn, ClassicGroup group) {
    if (group.is(ClassicState.PREPARING) && group.allHaveJoined()) {
      complete(turn, group);
    } else {
      turn.put(group);
    }
  }

  void syncTimeIsUp(GroupTurn turn, ClassicGroup before) {
    if (before.unsynced().isEmpty()) {
      return;
    }
    ClassicGroup group = before;
    for (String memberId : before.unsynced()) {
      group = removed(turn, group, before.member(memberId), Errors.UNKNOWN_MEMBER_ID);
    }
    start(turn, group, "members have not sent SyncGroup: " + before.unsynced());
  }

  static void restartSession(GroupTurn turn, String groupId, ClassicMember member) {
    turn.schedule(new GroupTimer.Session(groupId, member.id()), member.sessionTimeoutMs());
  }
}
