package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.group.GroupRequest.Heartbeat;
import io.myelin.broker.coordinator.group.GroupRequest.Leave;
import io.myelin.broker.coordinator.group.GroupRequest.Sync;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/** SyncGroup, Heartbeat and LeaveGroup: what members of a classic group do. */
final class MemberRules {
  private final Rebalance rebalance;

  MemberRules(Rebalance rebalance) {
    this.rebalance = rebalance;
  }

  /** Empty if {@code memberId} is a member, and the present holder of its static name if any. */
  static Optional<Errors> validate(ClassicGroup group, String memberId, String instanceId) {
    if (instanceId != null) {
      Optional<ClassicMember> holder = group.withInstance(instanceId);
      if (holder.isEmpty()) {
        return Optional.of(Errors.UNKNOWN_MEMBER_ID);
      }
      if (!holder.get().id().equals(memberId)) {
        return Optional.of(Errors.FENCED_INSTANCE_ID);
      }
    }
    return group.member(memberId) == null
        ? Optional.of(Errors.UNKNOWN_MEMBER_ID)
        : Optional.empty();
  }

  // SyncGroup

  void sync(GroupTurn turn, Sync request) {
    SyncGroupRequestData data = request.data();
    ClassicGroup group = turn.group(data.groupId());
    Optional<Errors> refused = validate(group, data);
    if (refused.isPresent()) {
      turn.reply(request.answer(), Rebalance.syncError(refused.get()));
      return;
    }
    switch (group.state()) {
      case EMPTY -> turn.reply(request.answer(), Rebalance.syncError(Errors.UNKNOWN_MEMBER_ID));
      case PREPARING ->
          turn.reply(request.answer(), Rebalance.syncError(Errors.REBALANCE_IN_PROGRESS));
      case COMPLETING -> syncWhileCompleting(turn, request, group);
      case STABLE -> {
        turn.put(synced(turn, group, data.memberId()));
        turn.reply(request.answer(), assignment(group, group.member(data.memberId())));
      }
    }
  }

  private static Optional<Errors> validate(ClassicGroup group, SyncGroupRequestData data) {
    if (data.groupId() == null || data.groupId().isEmpty()) {
      return Optional.of(Errors.INVALID_GROUP_ID);
    }
    if (group == null) {
      return Optional.of(Errors.UNKNOWN_MEMBER_ID);
    }
    Optional<Errors> unknown = validate(group, data.memberId(), data.groupInstanceId());
    if (unknown.isPresent()) {
      return unknown;
    }
    if (data.generationId() != group.generation()) {
      return Optional.of(Errors.ILLEGAL_GENERATION);
    }
    return differ(data.protocolType(), group.protocolType())
            || differ(data.protocolName(), group.protocolName())
        ? Optional.of(Errors.INCONSISTENT_GROUP_PROTOCOL)
        : Optional.empty();
  }

  private static boolean differ(String said, String known) {
    return said != null && known != null && !said.equals(known);
  }

  private static void syncWhileCompleting(GroupTurn turn, Sync request, ClassicGroup before) {
    SyncGroupRequestData data = request.data();
    ClassicMember member = before.member(data.memberId());
    turn.reply(member.sync(), Rebalance.syncError(Errors.REBALANCE_IN_PROGRESS));
    ClassicGroup group =
        synced(turn, before, data.memberId()).with(member.withSync(request.answer()));
    if (group.isLeader(data.memberId())) {
      assign(turn, group, data);
    } else {
      turn.put(group);
    }
  }

  /** The leader has decided: that is written, and told to all who wait for it. */
  private static void assign(GroupTurn turn, ClassicGroup before, SyncGroupRequestData data) {
    Map<String, byte[]> assignments = new HashMap<>();
    data.assignments().forEach(a -> assignments.put(a.memberId(), a.assignment()));
    ClassicGroup group = before.in(ClassicState.STABLE, turn.nowMs());
    for (ClassicMember member : before.members().values()) {
      ClassicMember assigned =
          member
              .withAssignment(assignments.getOrDefault(member.id(), ClassicMember.NO_BYTES))
              .withSync(null);
      group = group.with(assigned);
      if (member.sync() != null) {
        turn.reply(member.sync(), assignment(group, assigned));
        Rebalance.restartSession(turn, group.id(), member);
      }
    }
    turn.put(group);
    turn.append(GroupRecords.group(group));
  }

  private static ClassicGroup synced(GroupTurn turn, ClassicGroup before, String memberId) {
    ClassicGroup group = before.unsynced(before.unsynced().minus(memberId));
    if (group.unsynced().isEmpty() && !before.unsynced().isEmpty()) {
      turn.cancel(new GroupTimer.Sync(group.id()));
    }
    return group;
  }

  private static SyncGroupResponseData assignment(ClassicGroup group, ClassicMember member) {
    return new SyncGroupResponseData()
        .setProtocolType(group.protocolType())
        .setProtocolName(group.protocolName())
        .setAssignment(member.assignment());
  }

  // Heartbeat

  void heartbeat(GroupTurn turn, Heartbeat request) {
    turn.reply(
        request.answer(), new HeartbeatResponseData().setErrorCode(heard(turn, request).code()));
  }

  private static Errors heard(GroupTurn turn, Heartbeat request) {
    String groupId = request.data().groupId();
    if (groupId == null || groupId.isEmpty()) {
      return Errors.INVALID_GROUP_ID;
    }
    ClassicGroup group = turn.group(groupId);
    if (group == null) {
      return Errors.UNKNOWN_MEMBER_ID;
    }
    String memberId = request.data().memberId();
    Optional<Errors> unknown = validate(group, memberId, request.data().groupInstanceId());
    if (unknown.isPresent()) {
      return unknown.get();
    }
    if (request.data().generationId() != group.generation()) {
      return Errors.ILLEGAL_GENERATION;
    }
    Rebalance.restartSession(turn, groupId, group.member(memberId));
    return group.is(ClassicState.PREPARING) ? Errors.REBALANCE_IN_PROGRESS : Errors.NONE;
  }

  // LeaveGroup

  void leave(GroupTurn turn, Leave request) {
    String groupId = request.data().groupId();
    if (groupId == null || groupId.isEmpty()) {
      turn.reply(
          request.answer(),
          new LeaveGroupResponseData().setErrorCode(Errors.INVALID_GROUP_ID.code()));
      return;
    }
    ClassicGroup before = turn.group(groupId);
    ClassicGroup group = before;
    List<MemberResponse> responses = new ArrayList<>();
    for (MemberIdentity who : request.data().members()) {
      Optional<String> leaving = group == null ? Optional.empty() : leaving(group, who);
      Errors error = Errors.NONE;
      if (group == null) {
        error = Errors.UNKNOWN_MEMBER_ID;
      } else if (leaving.isPresent()) {
        group = left(turn, group, leaving.get());
      } else {
        error = who.memberId().isEmpty() ? Errors.UNKNOWN_MEMBER_ID : cannotLeave(group, who);
      }
      responses.add(
          new MemberResponse()
              .setMemberId(who.memberId())
              .setGroupInstanceId(who.groupInstanceId())
              .setErrorCode(error.code()));
    }
    if (group != before) {
      rebalanceAfterLeaving(turn, group);
    }
    turn.reply(request.answer(), new LeaveGroupResponseData().setMembers(responses));
  }

  /** The id that leaves; an operator names a static member by its instance alone. */
  private static Optional<String> leaving(ClassicGroup group, MemberIdentity who) {
    if (who.memberId().isEmpty()) {
      return who.groupInstanceId() == null
          ? Optional.empty()
          : group.withInstance(who.groupInstanceId()).map(ClassicMember::id);
    }
    boolean may =
        group.expected().contains(who.memberId())
            || validate(group, who.memberId(), who.groupInstanceId()).isEmpty();
    return may ? Optional.of(who.memberId()) : Optional.empty();
  }

  private static Errors cannotLeave(ClassicGroup group, MemberIdentity who) {
    return validate(group, who.memberId(), who.groupInstanceId()).orElseThrow();
  }

  private static ClassicGroup left(GroupTurn turn, ClassicGroup group, String memberId) {
    ClassicMember member = group.member(memberId);
    if (member == null) {
      turn.cancel(new GroupTimer.Session(group.id(), memberId));
      return group.without(memberId);
    }
    return Rebalance.removed(turn, group, member, Errors.UNKNOWN_MEMBER_ID);
  }

  private void rebalanceAfterLeaving(GroupTurn turn, ClassicGroup group) {
    switch (group.state()) {
      case STABLE, COMPLETING -> rebalance.start(turn, group, "members have left");
      case PREPARING -> rebalance.completeIfAllHaveJoined(turn, group);
      case EMPTY -> turn.put(group);
    }
  }
}
