package io.myelin.broker.api.group;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.GroupRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * SyncGroup: the leader brings the assignment, everybody waits for it here.
 *
 * <p>Pipelined: the group's mailbox decides the order; a follower waits long, and its heartbeats
 * must not wait behind it.
 */
public final class SyncGroupHandler
    implements ApiHandler<SyncGroupRequestData, SyncGroupResponseData> {
  private static final int PROTOCOL_MANDATORY_VERSION = 5; // KIP-559

  private final GroupCoordinator groups;

  public SyncGroupHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.SYNC_GROUP;
  }

  @Override
  public Ordering ordering() {
    return Ordering.PIPELINED;
  }

  @Override
  public CompletionStage<SyncGroupResponseData> handle(
      RequestContext context, SyncGroupRequestData request) {
    if (context.apiVersion() >= PROTOCOL_MANDATORY_VERSION
        && (request.protocolType() == null || request.protocolName() == null)) {
      return CompletableFuture.completedStage(error(Errors.INCONSISTENT_GROUP_PROTOCOL));
    }
    if (request.groupId().isEmpty()) {
      return CompletableFuture.completedStage(error(Errors.INVALID_GROUP_ID));
    }
    return GroupErrors.orError(
        groups.submit(request.groupId(), to -> new GroupRequest.Sync(request, to)),
        SyncGroupHandler::error);
  }

  private static SyncGroupResponseData error(Errors error) {
    return new SyncGroupResponseData().setErrorCode(error.code());
  }
}
