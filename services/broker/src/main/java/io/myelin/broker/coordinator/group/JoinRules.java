package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.group.ClassicMember.Protocol;
import io.myelin.broker.coordinator.group.GroupRequest.Join;
import io.myelin.env.Randomness;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/** JoinGroup: who may become, or stay, a member of a classic group. */
final class JoinRules {
  // Five minutes, as in Kafka. A new member has no id yet, so it cannot send heartbeats while its
  // JoinGroup waits; one that gave up and retried must not stay for ever.
  static final int NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * 60 * 1000;

  private final GroupConfig config;
  private final Rebalance rebalance;
  private final Randomness randomness;

  JoinRules(GroupConfig config, Rebalance rebalance, Randomness randomness) {
    this.config = config;
    this.rebalance = rebalance;
    this.randomness = randomness;
  }

  void join(GroupTurn turn, Join request) {
    JoinGroupRequestData data = request.data();
    String memberId = data.memberId();
    Optional<Errors> refused = validate(data);
    if (refused.isPresent()) {
      refuse(turn, request, memberId, refused.get());
      return;
    }
    ClassicGroup group = turn.group(data.groupId());
    if (group == null) {
      if (!memberId.isEmpty()) {
        refuse(turn, request, memberId, Errors.UNKNOWN_MEMBER_ID);
        return;
      }
      group = ClassicGroup.empty(data.groupId(), turn.nowMs());
    }
    if (!hasRoomFor(group, memberId)) {
      if (group.expected().contains(memberId)) {
        turn.cancel(new GroupTimer.Session(group.id(), memberId));
        turn.put(group.without(memberId));
      }
      refuse(turn, request, "", Errors.GROUP_MAX_SIZE_REACHED);
    } else if (!group.accepts(data.protocolType(), names(data))) {
      refuse(turn, request, memberId, Errors.INCONSISTENT_GROUP_PROTOCOL);
    } else if (memberId.isEmpty()) {
      joinWithoutId(turn, request, group);
    } else {
      joinWithId(turn, request, group);
    }
  }

  private Optional<Errors> validate(JoinGroupRequestData data) {
    if (data.groupId() == null || data.groupId().isEmpty()) {
      return Optional.of(Errors.INVALID_GROUP_ID);
    }
    return data.sessionTimeoutMs() < config.sessionTimeoutMsMin()
            || data.sessionTimeoutMs() > config.sessionTimeoutMsMax()
        ? Optional.of(Errors.INVALID_SESSION_TIMEOUT)
        : Optional.empty();
  }

  private static void refuse(GroupTurn turn, Join request, String memberId, Errors error) {
    turn.reply(request.answer(), Rebalance.joinError(memberId, error));
  }

  /**
   * During a rebalance those count who have joined, not the members: the maximum may have been
   * lowered, and whoever comes last then has to go.
   */
  private boolean hasRoomFor(ClassicGroup group, String memberId) {
    ClassicMember member = group.member(memberId);
    return switch (group.state()) {
      case EMPTY -> true;
      case PREPARING ->
          (member != null && member.awaitsJoin()) || group.awaitingJoin() < config.groupSizeMax();
      case COMPLETING, STABLE -> member != null || group.members().size() < config.groupSizeMax();
    };
  }

  private void joinWithoutId(GroupTurn turn, Join request, ClassicGroup group) {
    String instanceId = request.data().groupInstanceId();
    String newId = newMemberId(instanceId == null ? request.clientId() : instanceId);
    if (instanceId != null) {
      group
          .withInstance(instanceId)
          .ifPresentOrElse(
              member -> replaceStatic(turn, request, group, member, newId),
              () -> add(turn, request, group, newId));
    } else if (request.needsMemberId()) {
      turn.put(group.expecting(group.expected().plus(newId)));
      turn.schedule(new GroupTimer.Session(group.id(), newId), request.data().sessionTimeoutMs());
      refuse(turn, request, newId, Errors.MEMBER_ID_REQUIRED);
    } else {
      add(turn, request, group, newId);
    }
  }

  private String newMemberId(String prefix) {
    byte[] bytes = new byte[16];
    randomness.nextBytes(bytes);
    ByteBuffer random = ByteBuffer.wrap(bytes);
    return prefix + "-" + new UUID(random.getLong(), random.getLong());
  }

  private void joinWithId(GroupTurn turn, Join request, ClassicGroup group) {
    JoinGroupRequestData data = request.data();
    String memberId = data.memberId();
    if (group.expected().contains(memberId)) {
      // Ids are handed out to dynamic members only.
      if (data.groupInstanceId() != null) {
        refuse(turn, request, memberId, Errors.UNKNOWN_SERVER_ERROR);
      } else {
        add(turn, request, group, memberId);
      }
      return;
    }
    Optional<Errors> unknown = MemberRules.validate(group, memberId, data.groupInstanceId());
    if (unknown.isPresent()) {
      refuse(turn, request, memberId, unknown.get());
      return;
    }
    ClassicMember member = group.member(memberId);
    boolean same = member.matches(protocols(data));
    switch (group.state()) {
      case EMPTY -> refuse(turn, request, memberId, Errors.UNKNOWN_MEMBER_ID);
      case PREPARING -> rejoin(turn, request, group, member, memberId + " rejoins");
      case COMPLETING -> {
        // The same again: the answer to its first JoinGroup got lost.
        if (same) {
          turn.reply(request.answer(), Rebalance.joinResponse(group, memberId));
        } else {
          rejoin(turn, request, group, member, memberId + " has new metadata");
        }
      }
      case STABLE -> {
        // A leader that rejoins has seen something that changes the assignment.
        if (group.isLeader(memberId)) {
          rejoin(turn, request, group, member, "the leader " + memberId + " rejoins");
        } else if (!same) {
          rejoin(turn, request, group, member, memberId + " has new metadata");
        } else {
          turn.reply(request.answer(), Rebalance.joinResponse(group, memberId));
        }
      }
    }
  }

  private void rejoin(
      GroupTurn turn, Join request, ClassicGroup group, ClassicMember member, String why) {
    if (member.awaitsJoin()) {
      turn.reply(member.join(), Rebalance.joinError(member.id(), Errors.REBALANCE_IN_PROGRESS));
    }
    rebalance.startOrContinue(turn, group.with(rejoining(request, member)), why + reason(request));
  }

  private static ClassicMember rejoining(Join request, ClassicMember member) {
    JoinGroupRequestData data = request.data();
    return member.rejoining(
        protocols(data), data.rebalanceTimeoutMs(), data.sessionTimeoutMs(), request.answer());
  }

  private void add(GroupTurn turn, Join request, ClassicGroup before, String memberId) {
    JoinGroupRequestData data = request.data();
    ClassicMember member =
        new ClassicMember(
            memberId,
            data.groupInstanceId(),
            request.clientId(),
            request.clientHost(),
            data.rebalanceTimeoutMs(),
            data.sessionTimeoutMs(),
            protocols(data),
            ClassicMember.NO_BYTES,
            true,
            request.answer(),
            null);
    ClassicGroup group = before.with(member, data.protocolType());
    if (group.initialDelay() != null) {
      ClassicGroup.InitialDelay delay = group.initialDelay();
      group =
          group.delayed(new ClassicGroup.InitialDelay(delay.delayMs(), delay.remainingMs(), true));
    }
    turn.schedule(new GroupTimer.Session(group.id(), memberId), NEW_MEMBER_JOIN_TIMEOUT_MS);
    rebalance.startOrContinue(turn, group, memberId + " joins" + reason(request));
  }

  /**
   * A static member has restarted and comes without its id: it takes its own place. The group need
   * not rebalance if it was stable and would choose the same strategy again.
   */
  private void replaceStatic(
      GroupTurn turn, Join request, ClassicGroup before, ClassicMember old, String newId) {
    String oldLeader = before.leader();
    boolean led = before.isLeader(old.id());
    ClassicMember member = rejoining(request, old.withId(newId));
    ClassicGroup group =
        Rebalance.removed(turn, before, old, Errors.FENCED_INSTANCE_ID)
            .with(member, before.protocolType());
    group = led ? group.led(newId) : group.led(oldLeader);
    Rebalance.restartSession(turn, group.id(), member);
    switch (group.state()) {
      case STABLE -> {
        if (group.electProtocol().equals(group.protocolName())) {
          keepGeneration(
              turn, request, group, member, oldLeader, before.unsynced().contains(old.id()));
        } else {
          rebalance.start(
              turn, group, "static " + newId + " changes the strategy" + reason(request));
        }
      }
      case COMPLETING ->
          // The leader may be assigning to the old id already.
          rebalance.start(turn, group, "static " + newId + " has restarted" + reason(request));
      case PREPARING -> rebalance.completeIfAllHaveJoined(turn, group);
      case EMPTY -> throw new IllegalStateException("a member of the empty group " + group.id());
    }
  }

  private static void keepGeneration(
      GroupTurn turn,
      Join request,
      ClassicGroup rejoined,
      ClassicMember member,
      String oldLeader,
      boolean wasUnsynced) {
    ClassicGroup joined = rejoined.with(member.joined());
    // It may have come back with other topics, under the same strategy.
    ClassicGroup group =
        joined.subscribed(
            GroupReplay.subscribed(
                joined.protocolType(), joined.protocolName(), joined.members().values()));
    if (wasUnsynced && group.unsynced().isEmpty()) {
      turn.cancel(new GroupTimer.Sync(group.id()));
    }
    turn.put(group);
    turn.append(GroupRecords.group(group));
    JoinGroupResponseData response = Rebalance.joinResponse(group, member.id());
    if (request.canSkipAssignment()) {
      response.setSkipAssignment(group.isLeader(member.id()));
    } else {
      // Old clients that are told to lead would assign anew, and nobody would rebalance.
      response.setMembers(List.of()).setLeader(oldLeader);
    }
    turn.reply(request.answer(), response);
  }

  private static String reason(Join request) {
    String reason = request.data().reason();
    return reason == null || reason.isEmpty() ? "" : " (" + reason + ")";
  }

  private static List<Protocol> protocols(JoinGroupRequestData data) {
    return data.protocols().stream().map(p -> new Protocol(p.name(), p.metadata())).toList();
  }

  private static Set<String> names(JoinGroupRequestData data) {
    return data.protocols().stream().map(p -> p.name()).collect(Collectors.toSet());
  }
}
