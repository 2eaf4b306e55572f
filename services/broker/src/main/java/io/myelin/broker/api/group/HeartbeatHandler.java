package io.myelin.broker.api.group;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.GroupRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * Heartbeat of the classic protocol.
 *
 * <p>Pipelined: the group's mailbox decides the order.
 */
public final class HeartbeatHandler
    implements ApiHandler<HeartbeatRequestData, HeartbeatResponseData> {
  private final GroupCoordinator groups;

  public HeartbeatHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.HEARTBEAT;
  }

  @Override
  public Ordering ordering() {
    return Ordering.PIPELINED;
  }

  @Override
  public CompletionStage<HeartbeatResponseData> handle(
      RequestContext context, HeartbeatRequestData request) {
    if (request.groupId().isEmpty()) {
      return CompletableFuture.completedStage(error(Errors.INVALID_GROUP_ID));
    }
    return GroupErrors.orError(
        groups.submit(request.groupId(), to -> new GroupRequest.Heartbeat(request, to)),
        // While the group is loaded its sessions have not begun: the member has nothing to do.
        error -> error(error == Errors.COORDINATOR_LOAD_IN_PROGRESS ? Errors.NONE : error));
  }

  private static HeartbeatResponseData error(Errors error) {
    return new HeartbeatResponseData().setErrorCode(error.code());
  }
}
