package io.myelin.broker.api.group;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.GroupRequest;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * JoinGroup: answered when the rebalance has gathered its members, possibly minutes later.
 *
 * <p>Pipelined: the group's mailbox decides the order, so that a heartbeat or a LeaveGroup on the
 * same connection need not wait for a rebalance that waits for them.
 */
public final class JoinGroupHandler
    implements ApiHandler<JoinGroupRequestData, JoinGroupResponseData> {
  private static final int KNOWN_MEMBER_ID_VERSION = 4; // KIP-394
  private static final int PROTOCOL_NAME_NULLABLE_VERSION = 7; // KIP-559
  private static final int SKIP_ASSIGNMENT_VERSION = 9; // KIP-814

  private final GroupCoordinator groups;

  public JoinGroupHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.JOIN_GROUP;
  }

  @Override
  public Ordering ordering() {
    return Ordering.PIPELINED;
  }

  @Override
  public CompletionStage<JoinGroupResponseData> handle(
      RequestContext context, JoinGroupRequestData request) {
    int version = context.apiVersion();
    if (version == 0) {
      request.setRebalanceTimeoutMs(request.sessionTimeoutMs());
    }
    CompletionStage<JoinGroupResponseData> answer =
        request.groupId().isEmpty()
            ? CompletableFuture.completedStage(error(request, Errors.INVALID_GROUP_ID))
            : groups.submit(
                request.groupId(),
                to ->
                    new GroupRequest.Join(
                        request,
                        context.clientId() == null ? "" : context.clientId(),
                        host(context),
                        version >= KNOWN_MEMBER_ID_VERSION,
                        version >= SKIP_ASSIGNMENT_VERSION,
                        to));
    return GroupErrors.orError(answer, error -> error(request, error))
        .thenApply(response -> forVersion(response, version));
  }

  private static String host(RequestContext context) {
    InetAddress address = context.client() == null ? null : context.client().getAddress();
    return address == null ? "" : "/" + address.getHostAddress();
  }

  private static JoinGroupResponseData error(JoinGroupRequestData request, Errors error) {
    return new JoinGroupResponseData().setMemberId(request.memberId()).setErrorCode(error.code());
  }

  private static JoinGroupResponseData forVersion(JoinGroupResponseData response, int version) {
    if (version < PROTOCOL_NAME_NULLABLE_VERSION && response.protocolName() == null) {
      response.setProtocolName("");
    }
    return response;
  }
}
