package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData.ListPartitionReassignmentsTopics;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData.OngoingPartitionReassignment;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData.OngoingTopicReassignment;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * ListPartitionReassignments: the moves under way. Partitions that are not being moved, or do not
 * exist, are left out of the answer.
 */
public final class ListPartitionReassignmentsHandler
    implements ApiHandler<
        ListPartitionReassignmentsRequestData, ListPartitionReassignmentsResponseData> {
  private final MetadataPublisher metadata;

  public ListPartitionReassignmentsHandler(MetadataPublisher metadata) {
    this.metadata = metadata;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.LIST_PARTITION_REASSIGNMENTS;
  }

  @Override
  public CompletionStage<ListPartitionReassignmentsResponseData> handle(
      RequestContext context, ListPartitionReassignmentsRequestData request) {
    ClusterImage image = metadata.image();
    ListPartitionReassignmentsResponseData response = new ListPartitionReassignmentsResponseData();
    if (request.topics() == null) {
      for (TopicImage topic : image.topics().values()) {
        add(response, topic, IntStream.range(0, topic.partitions().size()).boxed().toList());
      }
    } else {
      for (ListPartitionReassignmentsTopics named : request.topics()) {
        TopicImage topic = image.topic(named.name());
        if (topic != null) {
          add(response, topic, named.partitionIndexes());
        }
      }
    }
    return CompletableFuture.completedFuture(response);
  }

  private static void add(
      ListPartitionReassignmentsResponseData response, TopicImage topic, List<Integer> partitions) {
    OngoingTopicReassignment moves = new OngoingTopicReassignment().setName(topic.name());
    for (int id : partitions) {
      if (id >= 0 && id < topic.partitions().size()) {
        PartitionImage partition = topic.partitions().get(id);
        if (partition.isReassigning()) {
          moves
              .partitions()
              .add(
                  new OngoingPartitionReassignment()
                      .setPartitionIndex(id)
                      .setReplicas(partition.replicas())
                      .setAddingReplicas(partition.adding())
                      .setRemovingReplicas(partition.removing()));
        }
      }
    }
    if (!moves.partitions().isEmpty()) {
      response.topics().add(moves);
    }
  }
}
