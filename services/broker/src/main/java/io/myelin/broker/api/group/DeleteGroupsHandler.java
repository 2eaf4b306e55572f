package io.myelin.broker.api.group;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.GroupRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResultCollection;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * DeleteGroups (KIP-229): forgets groups without members, and their offsets.
 *
 * <p>Pipelined: the mailboxes decide the order.
 */
public final class DeleteGroupsHandler
    implements ApiHandler<DeleteGroupsRequestData, DeleteGroupsResponseData> {
  private final GroupCoordinator groups;

  public DeleteGroupsHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.DELETE_GROUPS;
  }

  @Override
  public Ordering ordering() {
    return Ordering.PIPELINED;
  }

  @Override
  public CompletionStage<DeleteGroupsResponseData> handle(
      RequestContext context, DeleteGroupsRequestData request) {
    List<CompletionStage<DeletableGroupResult>> answers = new ArrayList<>();
    for (String groupId : new LinkedHashSet<>(request.groupsNames())) {
      answers.add(
          GroupErrors.orError(
              groups
                  .<List<DeletableGroupResult>>submit(
                      groupId, to -> new GroupRequest.Delete(List.of(groupId), to))
                  .thenApply(List::getFirst),
              error -> new DeletableGroupResult().setGroupId(groupId).setErrorCode(error.code())));
    }
    return GroupErrors.all(answers)
        .thenApply(
            results ->
                new DeleteGroupsResponseData()
                    .setResults(new DeletableGroupResultCollection(results.iterator())));
  }
}
