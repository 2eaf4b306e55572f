package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.Election;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.Controller.TopicPartition;
import io.myelin.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.ElectLeadersResponseData.PartitionResult;
import org.apache.kafka.common.message.ElectLeadersResponseData.ReplicaElectionResult;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * ElectLeaders: preferred or unclean elections, of the partitions that are named or of all. Of all,
 * only those that an election concerns are mentioned.
 */
public final class ElectLeadersHandler
    implements ApiHandler<ElectLeadersRequestData, ElectLeadersResponseData> {
  private final Controller controller;

  public ElectLeadersHandler(Controller controller) {
    this.controller = controller;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.ELECT_LEADERS;
  }

  @Override
  public CompletionStage<ElectLeadersResponseData> handle(
      RequestContext context, ElectLeadersRequestData request) {
    List<TopicPartition> named = named(request);
    if (request.topicPartitions() != null && named.isEmpty()) {
      // To the controller, none would mean all.
      return CompletableFuture.completedFuture(new ElectLeadersResponseData());
    }
    return controller
        .electLeaders(election(context, request), named)
        .thenApply(ElectLeadersHandler::response);
  }

  private static Election election(RequestContext context, ElectLeadersRequestData request) {
    ElectionType type =
        context.apiVersion() == 0 ? ElectionType.PREFERRED : typeOf(request.electionType());
    return switch (type) {
      case PREFERRED -> Election.PREFERRED;
      case UNCLEAN -> Election.UNCLEAN;
    };
  }

  private static ElectionType typeOf(byte value) {
    try {
      return ElectionType.valueOf(value);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("There are no elections of type " + value);
    }
  }

  private static List<TopicPartition> named(ElectLeadersRequestData request) {
    List<TopicPartition> named = new ArrayList<>();
    if (request.topicPartitions() != null) {
      for (TopicPartitions topic : request.topicPartitions()) {
        topic.partitions().forEach(id -> named.add(new TopicPartition(topic.topic(), id)));
      }
    }
    return named;
  }

  private static ElectLeadersResponseData response(
      Map<TopicPartition, Result<PartitionImage>> elected) {
    Map<String, ReplicaElectionResult> byTopic = new TreeMap<>();
    elected.forEach(
        (partition, result) ->
            byTopic
                .computeIfAbsent(
                    partition.topic(), topic -> new ReplicaElectionResult().setTopic(topic))
                .partitionResult()
                .add(result(partition.partition(), result)));
    return new ElectLeadersResponseData().setReplicaElectionResults(List.copyOf(byTopic.values()));
  }

  private static PartitionResult result(int partition, Result<PartitionImage> result) {
    PartitionResult answer = new PartitionResult().setPartitionId(partition);
    return switch (result) {
      case Result.Ok<PartitionImage> ok -> answer;
      case Result.Refused<PartitionImage> refused ->
          answer
              .setErrorCode(Refusals.error(refused.refusal()).code())
              .setErrorMessage(refused.message());
    };
  }
}
