package io.myelin.broker.api.group;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.GroupRequest;
import io.myelin.broker.coordinator.group.TopicNames;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * OffsetDelete (KIP-496): forgets offsets of topics that the group does not consume now.
 *
 * <p>Pipelined: the group's mailbox decides the order.
 */
public final class OffsetDeleteHandler
    implements ApiHandler<OffsetDeleteRequestData, OffsetDeleteResponseData> {
  private final GroupCoordinator groups;
  private final TopicNames topics;

  public OffsetDeleteHandler(GroupCoordinator groups, TopicNames topics) {
    this.groups = groups;
    this.topics = topics;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.OFFSET_DELETE;
  }

  @Override
  public Ordering ordering() {
    return Ordering.PIPELINED;
  }

  @Override
  public CompletionStage<OffsetDeleteResponseData> handle(
      RequestContext context, OffsetDeleteRequestData request) {
    if (request.groupId().isEmpty()) {
      return CompletableFuture.completedStage(error(Errors.INVALID_GROUP_ID));
    }
    OffsetDeleteResponseData missing = new OffsetDeleteResponseData();
    OffsetDeleteRequestData toDelete = new OffsetDeleteRequestData().setGroupId(request.groupId());
    for (OffsetDeleteRequestTopic topic : request.topics()) {
      OffsetDeleteRequestTopic known = new OffsetDeleteRequestTopic().setName(topic.name());
      for (OffsetDeleteRequestPartition partition : topic.partitions()) {
        if (topics.exists(topic.name(), partition.partitionIndex())) {
          known
              .partitions()
              .add(
                  new OffsetDeleteRequestPartition().setPartitionIndex(partition.partitionIndex()));
        } else {
          addMissing(missing, topic.name(), partition.partitionIndex());
        }
      }
      if (!known.partitions().isEmpty()) {
        toDelete.topics().add(known);
      }
    }
    return GroupErrors.orError(
            groups.<OffsetDeleteResponseData>submit(
                request.groupId(), to -> new GroupRequest.DeleteOffsets(toDelete, to)),
            OffsetDeleteHandler::error)
        .thenApply(response -> merge(response, missing));
  }

  private static void addMissing(OffsetDeleteResponseData missing, String topic, int partition) {
    OffsetDeleteResponseTopic answer = missing.topics().find(topic);
    if (answer == null) {
      answer = new OffsetDeleteResponseTopic().setName(topic);
      missing.topics().add(answer);
    }
    answer
        .partitions()
        .add(
            new OffsetDeleteResponsePartition()
                .setPartitionIndex(partition)
                .setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code()));
  }

  private static OffsetDeleteResponseData merge(
      OffsetDeleteResponseData response, OffsetDeleteResponseData missing) {
    if (response.errorCode() != Errors.NONE.code()) {
      return response;
    }
    for (OffsetDeleteResponseTopic topic : missing.topics()) {
      OffsetDeleteResponseTopic known = response.topics().find(topic.name());
      if (known == null) {
        response.topics().add(topic.duplicate());
      } else {
        topic.partitions().forEach(p -> known.partitions().add(p.duplicate()));
      }
    }
    return response;
  }

  private static OffsetDeleteResponseData error(Errors error) {
    return new OffsetDeleteResponseData().setErrorCode(error.code());
  }
}
