package io.myelin.broker.api.group;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.GroupRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * LeaveGroup; since version 3 for several members at once (KIP-345).
 *
 * <p>Pipelined: the group's mailbox decides the order, so it cannot overtake an OffsetCommit that
 * the connection sent before.
 */
public final class LeaveGroupHandler
    implements ApiHandler<LeaveGroupRequestData, LeaveGroupResponseData> {
  private static final int BATCH_VERSION = 3;

  private final GroupCoordinator groups;

  public LeaveGroupHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.LEAVE_GROUP;
  }

  @Override
  public Ordering ordering() {
    return Ordering.PIPELINED;
  }

  @Override
  public CompletionStage<LeaveGroupResponseData> handle(
      RequestContext context, LeaveGroupRequestData request) {
    if (request.groupId().isEmpty()) {
      return CompletableFuture.completedStage(error(Errors.INVALID_GROUP_ID));
    }
    boolean single = context.apiVersion() < BATCH_VERSION;
    if (single) {
      request.setMembers(List.of(new MemberIdentity().setMemberId(request.memberId())));
      request.setMemberId("");
    }
    return GroupErrors.orError(
            groups.<LeaveGroupResponseData>submit(
                request.groupId(), to -> new GroupRequest.Leave(request, to)),
            LeaveGroupHandler::error)
        .thenApply(response -> single ? onlyMember(response) : response);
  }

  private static LeaveGroupResponseData onlyMember(LeaveGroupResponseData response) {
    return response.errorCode() != Errors.NONE.code() || response.members().isEmpty()
        ? response
        : new LeaveGroupResponseData().setErrorCode(response.members().get(0).errorCode());
  }

  private static LeaveGroupResponseData error(Errors error) {
    return new LeaveGroupResponseData().setErrorCode(error.code());
  }
}
