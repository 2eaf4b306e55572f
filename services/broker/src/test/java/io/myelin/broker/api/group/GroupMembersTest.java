package io.myelin.broker.api.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.coordinator.group.GroupCoordinator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JoinGroup, SyncGroup, Heartbeat and LeaveGroup. */
class GroupMembersTest extends GroupHandlersFixture {
  static IntStream joinVersions() {
    return versions(ApiKeys.JOIN_GROUP);
  }

  static IntStream syncVersions() {
    return versions(ApiKeys.SYNC_GROUP);
  }

  static IntStream leaveVersions() {
    return versions(ApiKeys.LEAVE_GROUP);
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
