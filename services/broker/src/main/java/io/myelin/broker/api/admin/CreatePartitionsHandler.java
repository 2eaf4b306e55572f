package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.NewPartitions;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** CreatePartitions: more partitions for existing topics, each topic for itself. */
public final class CreatePartitionsHandler
    implements ApiHandler<CreatePartitionsRequestData, CreatePartitionsResponseData> {
  // As CreateTopics: one request must not keep the controller from all others.
  private static final int PARTITIONS_MAX = 10_000;

  private final MetadataPublisher metadata;
  private final Controller controller;

  public CreatePartitionsHandler(MetadataPublisher metadata, Controller controller) {
    this.metadata = metadata;
    this.controller = controller;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.CREATE_PARTITIONS;
  }

  @Override
  public CompletionStage<CreatePartitionsResponseData> handle(
      RequestContext context, CreatePartitionsRequestData request) {
    CreatePartitionsResponseData response = new CreatePartitionsResponseData();
    if (added(request) > PARTITIONS_MAX) {
      for (CreatePartitionsTopic topic : request.topics()) {
        response.results().add(tooMany(topic.name()));
      }
      return CompletableFuture.completedFuture(response);
    }
    Set<String> seen = new HashSet<>();
    Set<String> twice = new LinkedHashSet<>();
    request.topics().stream()
        .map(CreatePartitionsTopic::name)
        .filter(name -> !seen.add(name))
        .forEach(twice::add);
    twice.forEach(
        name ->
            response
                .results()
                .add(
                    new CreatePartitionsTopicResult()
                        .setName(name)
                        .setErrorCode(Errors.INVALID_REQUEST.code())
                        .setErrorMessage("Duplicate topic name.")));
    List<NewPartitions> requests = new ArrayList<>();
    for (CreatePartitionsTopic topic : request.topics()) {
      if (!twice.contains(topic.name())) {
        requests.add(new NewPartitions(topic.name(), topic.count(), assignment(topic)));
      }
    }
    return controller
        .createPartitions(requests, request.validateOnly())
        .thenApply(
            results -> {
              for (int i = 0; i < results.size(); i++) {
                response.results().add(result(requests.get(i).topic(), results.get(i)));
              }
              return response;
            });
  }

  private long added(CreatePartitionsRequestData request) {
    ClusterImage image = metadata.image();
    long added = 0;
    for (CreatePartitionsTopic wanted : request.topics()) {
      TopicImage topic = image.topic(wanted.name());
      if (topic != null) {
        added += Math.max(0, wanted.count() - topic.partitions().size());
      }
    }
    return added;
  }

  private static CreatePartitionsTopicResult tooMany(String name) {
    return new CreatePartitionsTopicResult()
        .setName(name)
        .setErrorCode(Errors.POLICY_VIOLATION.code())
        .setErrorMessage("Excessively large number of partitions per request.");
  }

  private static List<List<Integer>> assignment(CreatePartitionsTopic topic) {
    return topic.assignments() == null
        ? List.of()
        : topic.assignments().stream().map(CreatePartitionsAssignment::brokerIds).toList();
  }

  private static CreatePartitionsTopicResult result(String name, Result<TopicImage> result) {
    CreatePartitionsTopicResult answer = new CreatePartitionsTopicResult().setName(name);
    return switch (result) {
      case Result.Ok<TopicImage> ok -> answer.setErrorCode(Errors.NONE.code());
      case Result.Refused<TopicImage> refused ->
          answer
              .setErrorCode(Refusals.error(refused.refusal()).code())
              .setErrorMessage(refused.message());
    };
  }
}
