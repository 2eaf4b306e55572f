package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * ListPartitionReassignments: the moves under way, of which there are none where nothing can be
 * moved. Partitions that are not being moved, or do not exist, are left out of the answer.
 */
public final class ListPartitionReassignmentsHandler
    implements ApiHandler<
        ListPartitionReassignmentsRequestData, ListPartitionReassignmentsResponseData> {

  @Override
  public ApiKeys key() {
    return ApiKeys.LIST_PARTITION_REASSIGNMENTS;
  }

  @Override
  public CompletionStage<ListPartitionReassignmentsResponseData> handle(
      RequestContext context, ListPartitionReassignmentsRequestData request) {
    return CompletableFuture.completedFuture(new ListPartitionReassignmentsResponseData());
  }
}
