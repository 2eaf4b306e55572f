package io.myelin.broker.api.group;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.coordinator.CoordinatorUnavailable;
import io.myelin.broker.coordinator.CoordinatorUnavailable.Reason;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.GroupRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * ListGroups: the groups of all partitions that this broker leads, filtered by state and type.
 *
 * <p>Pipelined: the mailboxes decide the order.
 */
public final class ListGroupsHandler
    implements ApiHandler<ListGroupsRequestData, ListGroupsResponseData> {
  private final GroupCoordinator groups;

  public ListGroupsHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.LIST_GROUPS;
  }

  @Override
  public Ordering ordering() {
    return Ordering.PIPELINED;
  }

  @Override
  public CompletionStage<ListGroupsResponseData> handle(
      RequestContext context, ListGroupsRequestData request) {
    Set<String> states = Set.copyOf(request.statesFilter());
    Set<String> types = Set.copyOf(request.typesFilter());
    List<CompletionStage<List<ListedGroup>>> answers = new ArrayList<>();
    for (CompletionStage<List<ListedGroup>> answer :
        groups.<List<ListedGroup>>submitToAll(to -> new GroupRequest.ListAll(states, types, to))) {
      answers.add(answer.exceptionally(ListGroupsHandler::noneIfElsewhere));
    }
    return GroupErrors.orError(
        GroupErrors.all(answers)
            .thenApply(
                lists ->
                    new ListGroupsResponseData()
                        .setGroups(lists.stream().flatMap(List::stream).toList())),
        ListGroupsHandler::error);
  }

  /** A partition that has just moved is listed by its new leader. */
  private static List<ListedGroup> noneIfElsewhere(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof CoordinatorUnavailable unavailable
        && unavailable.reason() == Reason.NOT_COORDINATOR) {
      return List.of();
    }
    throw new CompletionException(cause);
  }

  private static ListGroupsResponseData error(Errors error) {
    return new ListGroupsResponseData().setErrorCode(error.code());
  }
}
