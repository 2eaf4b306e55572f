package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.group.GroupRequest.Delete;
import io.myelin.broker.coordinator.group.GroupRequest.Describe;
import io.myelin.broker.coordinator.group.GroupRequest.ListAll;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.protocol.Errors;

/** DescribeGroups, ListGroups, DeleteGroups: the operator's view. */
final class AdminRules {
  private static final String TYPE = "classic";
  private static final String TYPE_WIRE_NAME = "Classic";

  private AdminRules() {}

  static void describe(GroupTurn turn, Describe request) {
    turn.reply(
        request.answer(),
        request.groupIds().stream().map(id -> describe(id, turn.group(id))).toList());
  }

  private static DescribedGroup describe(String id, ClassicGroup group) {
    if (group == null) {
      return new DescribedGroup()
          .setGroupId(id)
          .setGroupState("Dead")
          .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
          .setErrorMessage("Group " + id + " not found.");
    }
    boolean stable = group.is(ClassicState.STABLE);
    return new DescribedGroup()
        .setGroupId(id)
        .setGroupState(group.state().wireName())
        .setProtocolType(group.protocolType() == null ? "" : group.protocolType())
        .setProtocolData(stable ? group.protocolName() : "")
        .setMembers(
            group.members().values().stream()
                .map(m -> describe(m, stable ? group.protocolName() : null))
                .collect(Collectors.toList()));
  }

  private static DescribedGroupMember describe(ClassicMember member, String protocol) {
    return new DescribedGroupMember()
        .setMemberId(member.id())
        .setGroupInstanceId(member.instanceId())
        .setClientId(member.clientId())
        .setClientHost(member.clientHost())
        .setMemberMetadata(member.metadata(protocol))
        .setMemberAssignment(protocol == null ? ClassicMember.NO_BYTES : member.assignment());
  }

  static void list(GroupTurn turn, ListAll request) {
    Set<String> states = lowerCase(request.states());
    Set<String> types = lowerCase(request.types());
    List<ListedGroup> groups = new ArrayList<>();
    if (types.isEmpty() || types.contains(TYPE)) {
      for (ClassicGroup group : turn.state().byId().values()) {
        if (states.isEmpty()
            || states.contains(group.state().wireName().toLowerCase(Locale.ROOT))) {
          groups.add(
              new ListedGroup()
                  .setGroupId(group.id())
                  .setProtocolType(group.protocolType() == null ? "" : group.protocolType())
                  .setGroupState(group.state().wireName())
                  .setGroupType(TYPE_WIRE_NAME));
        }
      }
    }
    turn.reply(request.answer(), groups);
  }

  private static Set<String> lowerCase(Set<String> words) {
    return words.stream().map(w -> w.trim().toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  static void delete(GroupTurn turn, Delete request) {
    List<DeletableGroupResult> results = new ArrayList<>();
    for (String id : request.groupIds()) {
      ClassicGroup group = turn.group(id);
      Errors error =
          group == null
              ? Errors.GROUP_ID_NOT_FOUND
              : group.is(ClassicState.EMPTY) ? Errors.NONE : Errors.NON_EMPTY_GROUP;
      if (error == Errors.NONE) {
        for (TopicPartition partition : turn.state().offsetsOf(id).keySet()) {
          OffsetRules.forget(turn, id, partition);
        }
        deleteGroup(turn, group);
      }
      results.add(new DeletableGroupResult().setGroupId(id).setErrorCode(error.code()));
    }
    turn.reply(request.answer(), results);
  }

  /** An empty group without offsets. */
  static void deleteGroup(GroupTurn turn, ClassicGroup group) {
    group.expected().forEach(id -> turn.cancel(new GroupTimer.Session(group.id(), id)));
    turn.append(GroupRecords.groupTombstone(group.id()));
    turn.set(turn.state().without(group.id()));
  }
}
