package io.myelin.broker.api.data;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** DeleteRecords: raises log start offsets, where the topic is not only compacted. */
public final class DeleteRecordsHandler
    implements ApiHandler<DeleteRecordsRequestData, DeleteRecordsResponseData> {
  private final Partitions partitions;

  public DeleteRecordsHandler(Partitions partitions) {
    this.partitions = partitions;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.DELETE_RECORDS;
  }

  @Override
  public CompletionStage<DeleteRecordsResponseData> handle(
      RequestContext context, DeleteRecordsRequestData request) {
    DeleteRecordsResponseData response = new DeleteRecordsResponseData();
    List<CompletableFuture<?>> deletions = new ArrayList<>();
    for (DeleteRecordsTopic topic : request.topics()) {
      DeleteRecordsTopicResult result = new DeleteRecordsTopicResult().setName(topic.name());
      response.topics().add(result);
      for (DeleteRecordsPartition wanted : topic.partitions()) {
        DeleteRecordsPartitionResult answer =
            new DeleteRecordsPartitionResult()
                .setPartitionIndex(wanted.partitionIndex())
                .setLowWatermark(-1);
        result.partitions().add(answer);
        deletions.add(delete(topic.name(), wanted, answer));
      }
    }
    return CompletableFuture.allOf(deletions.toArray(CompletableFuture[]::new))
        .thenApply(done -> response);
  }

  private CompletableFuture<?> delete(
      String topic, DeleteRecordsPartition wanted, DeleteRecordsPartitionResult answer) {
    Partition partition = partitions.get(topic, wanted.partitionIndex());
    Errors refusal = refusal(topic, wanted.partitionIndex(), partition);
    if (refusal != Errors.NONE) {
      answer.setErrorCode(refusal.code());
      return CompletableFuture.completedFuture(null);
    }
    return partition
        .deleteRecordsBefore(wanted.offset())
        .handle(
            (logStart, error) ->
                error == null
                    ? answer.setLowWatermark(logStart)
                    : answer.setErrorCode(errorOf(partition, error).code()));
  }

  private Errors refusal(String topic, int index, Partition partition) {
    if (partition == null) {
      return PartitionErrors.missing(partitions, topic, index);
    }
    if (Topic.isInternal(topic)) {
      return Errors.INVALID_TOPIC_EXCEPTION;
    }
    if (!partition.isLeading()) {
      return Errors.NOT_LEADER_OR_FOLLOWER;
    }
    return partition.settings().log().delete() ? Errors.NONE : Errors.POLICY_VIOLATION;
  }

  private static Errors errorOf(Partition partition, Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return cause instanceof IllegalArgumentException
        ? Errors.OFFSET_OUT_OF_RANGE
        : PartitionErrors.unusable(partition);
  }
}
