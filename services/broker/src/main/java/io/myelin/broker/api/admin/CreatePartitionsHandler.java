package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.NewPartitions;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
  private final Controller controller;

  public CreatePartitionsHandler(Controller controller) {
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
