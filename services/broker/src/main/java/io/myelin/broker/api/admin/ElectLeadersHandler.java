package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.ElectLeadersResponseData.PartitionResult;
import org.apache.kafka.common.message.ElectLeadersResponseData.ReplicaElectionResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * ElectLeaders. Every partition has one replica, so either it leads, and no election is needed, or
 * nobody can.
 */
public final class ElectLeadersHandler
    implements ApiHandler<ElectLeadersRequestData, ElectLeadersResponseData> {
  private final MetadataPublisher metadata;

  public ElectLeadersHandler(MetadataPublisher metadata) {
    this.metadata = metadata;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.ELECT_LEADERS;
  }

  @Override
  public CompletionStage<ElectLeadersResponseData> handle(
      RequestContext context, ElectLeadersRequestData request) {
    ElectionType type =
        context.apiVersion() == 0
            ? ElectionType.PREFERRED
            : ElectionType.valueOf(request.electionType());
    ElectLeadersResponseData response = new ElectLeadersResponseData();
    ClusterImage image = metadata.image();
    if (request.topicPartitions() == null) {
      // All partitions: only those that an election concerns are mentioned.
      image
          .topics()
          .forEach(
              (name, topic) -> {
                ReplicaElectionResult result = new ReplicaElectionResult().setTopic(name);
                for (int id = 0; id < topic.partitions().size(); id++) {
                  Errors error = outcome(topic.partitions().get(id), type);
                  if (error != Errors.ELECTION_NOT_NEEDED) {
                    result.partitionResult().add(result(id, error));
                  }
                }
                if (!result.partitionResult().isEmpty()) {
                  response.replicaElectionResults().add(result);
                }
              });
      return CompletableFuture.completedFuture(response);
    }
    for (TopicPartitions topic : request.topicPartitions()) {
      ReplicaElectionResult result = new ReplicaElectionResult().setTopic(topic.topic());
      response.replicaElectionResults().add(result);
      for (int id : topic.partitions()) {
        result.partitionResult().add(result(id, outcome(image.partition(topic.topic(), id), type)));
      }
    }
    return CompletableFuture.completedFuture(response);
  }

  private static Errors outcome(PartitionImage partition, ElectionType type) {
    if (partition == null) {
      return Errors.UNKNOWN_TOPIC_OR_PARTITION;
    }
    if (partition.leader() != PartitionImage.NO_LEADER) {
      return Errors.ELECTION_NOT_NEEDED;
    }
    return switch (type) {
      case PREFERRED -> Errors.PREFERRED_LEADER_NOT_AVAILABLE;
      case UNCLEAN -> Errors.ELIGIBLE_LEADERS_NOT_AVAILABLE;
    };
  }

  private static PartitionResult result(int partition, Errors error) {
    return new PartitionResult()
        .setPartitionId(partition)
        .setErrorCode(error.code())
        .setErrorMessage(error.message());
  }
}
