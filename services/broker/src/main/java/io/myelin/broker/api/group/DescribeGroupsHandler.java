package io.myelin.broker.api.group;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.GroupRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * DescribeGroups: state, members and assignments of classic groups.
 *
 * <p>Pipelined: the mailboxes decide the order; a description shows what its connection did before.
 */
public final class DescribeGroupsHandler
    implements ApiHandler<DescribeGroupsRequestData, DescribeGroupsResponseData> {
  private static final int GROUP_NOT_FOUND_VERSION = 6; // KIP-1043

  private final GroupCoordinator groups;

  public DescribeGroupsHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.DESCRIBE_GROUPS;
  }

  @Override
  public Ordering ordering() {
    return Ordering.PIPELINED;
  }

  @Override
  public CompletionStage<DescribeGroupsResponseData> handle(
      RequestContext context, DescribeGroupsRequestData request) {
    List<CompletionStage<DescribedGroup>> answers = new ArrayList<>();
    for (String groupId : request.groups()) {
      answers.add(
          GroupErrors.orError(
              groups
                  .<List<DescribedGroup>>submit(
                      groupId, to -> new GroupRequest.Describe(List.of(groupId), to))
                  .thenApply(List::getFirst),
              error -> new DescribedGroup().setGroupId(groupId).setErrorCode(error.code())));
    }
    return GroupErrors.all(answers)
        .thenApply(
            described -> {
              described.forEach(group -> finish(group, request, context.apiVersion()));
              return new DescribeGroupsResponseData().setGroups(described);
            });
  }

  private static void finish(DescribedGroup group, DescribeGroupsRequestData request, int version) {
    if (group.errorCode() == Errors.GROUP_ID_NOT_FOUND.code()
        && version < GROUP_NOT_FOUND_VERSION) {
      // Older clients know a group that does not exist as a dead one.
      group.setErrorCode(Errors.NONE.code()).setErrorMessage(null);
    }
    if (request.includeAuthorizedOperations() && group.errorCode() == Errors.NONE.code()) {
      group.setAuthorizedOperations(GroupErrors.ALL_OPERATIONS);
    }
  }
}
