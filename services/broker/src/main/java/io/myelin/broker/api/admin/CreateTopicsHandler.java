package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.api.TopicIds;
import io.myelin.broker.config.ConfigChecks;
import io.myelin.broker.config.EffectiveConfig;
import io.myelin.broker.config.TopicConfigs;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** CreateTopics: checks the settings here, the rest at the controller, each topic for itself. */
public final class CreateTopicsHandler
    implements ApiHandler<CreateTopicsRequestData, CreateTopicsResponseData> {
  // As in Kafka: one request must not keep the controller from all others.
  private static final int PARTITIONS_MAX = 10_000;

  private final MetadataPublisher metadata;
  private final Controller controller;
  private final TopicConfigs configs;

  public CreateTopicsHandler(
      MetadataPublisher metadata, Controller controller, TopicConfigs configs) {
    this.metadata = metadata;
    this.controller = controller;
    this.configs = configs;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.CREATE_TOPICS;
  }

  @Override
  public CompletionStage<CreateTopicsResponseData> handle(
      RequestContext context, CreateTopicsRequestData request) {
    CreateTopicsResponseData response = new CreateTopicsResponseData();
    Set<String> twice = duplicates(request);
    twice.forEach(name -> refuse(response, name, Errors.INVALID_REQUEST, "Duplicate topic name."));
    boolean tooMany = partitions(request) > PARTITIONS_MAX;
    List<NewTopic> accepted = new ArrayList<>();
    for (CreatableTopic topic : request.topics()) {
      if (twice.contains(topic.name())) {
        continue;
      }
      if (tooMany) {
        refuse(
            response,
            topic.name(),
            Errors.POLICY_VIOLATION,
            "Excessively large number of partitions per request.");
      } else {
        check(response, topic, accepted);
      }
    }
    return controller
        .createTopics(accepted, request.validateOnly())
        .thenApply(
            results -> {
              for (int i = 0; i < results.size(); i++) {
                response.topics().add(result(accepted.get(i), results.get(i)));
              }
              return response;
            });
  }

  private static Set<String> duplicates(CreateTopicsRequestData request) {
    Set<String> seen = new HashSet<>();
    Set<String> twice = new LinkedHashSet<>();
    for (CreatableTopic topic : request.topics()) {
      if (!seen.add(topic.name())) {
        twice.add(topic.name());
      }
    }
    return twice;
  }

  private static long partitions(CreateTopicsRequestData request) {
    return request.topics().stream()
        .mapToLong(topic -> Math.max(topic.numPartitions(), topic.assignments().size()))
        .sum();
  }

  private void check(
      CreateTopicsResponseData response, CreatableTopic topic, List<NewTopic> accepted) {
    if (topic.name().equals(Topic.CLUSTER_METADATA_TOPIC_NAME)) {
      refuse(
          response,
          topic.name(),
          Errors.INVALID_REQUEST,
          "Creation of internal topic " + topic.name() + " is prohibited.");
      return;
    }
    Map<Integer, List<Integer>> assignment = new HashMap<>();
    for (CreatableReplicaAssignment replicas : topic.assignments()) {
      if (assignment.put(replicas.partitionIndex(), replicas.brokerIds()) != null) {
        refuse(
            response,
            topic.name(),
            Errors.INVALID_REPLICA_ASSIGNMENT,
            "Found multiple manual partition assignments for partition "
                + replicas.partitionIndex());
        return;
      }
    }
    try {
      NewTopic checked =
          new NewTopic(
              topic.name(),
              topic.numPartitions(),
              topic.replicationFactor(),
              assignment,
              settings(topic));
      accepted.add(checked);
    } catch (ApiException e) {
      refuse(response, topic.name(), Errors.forException(e), e.getMessage());
    }
  }

  private Map<String, String> settings(CreatableTopic topic) {
    Map<String, String> settings = new HashMap<>();
    List<String> nulls = new ArrayList<>();
    for (CreatableTopicConfig config : topic.configs()) {
      if (config.value() == null) {
        nulls.add(config.name());
      } else {
        settings.put(config.name(), config.value());
      }
    }
    // What is wrong with the name comes first; the controller knows.
    if (metadata.image().topic(topic.name()) == null && Topic.isValid(topic.name())) {
      if (!nulls.isEmpty()) {
        throw new InvalidConfigurationException(
            "Null value not supported for topic configs: " + String.join(",", nulls));
      }
      ConfigChecks.valueLengths(settings);
      ConfigChecks.topic(settings);
    }
    return settings;
  }

  private CreatableTopicResult result(NewTopic request, Result<TopicImage> result) {
    return switch (result) {
      case Result.Ok<TopicImage> ok -> created(request, ok.value());
      case Result.Refused<TopicImage> refused ->
          new CreatableTopicResult()
              .setName(request.name())
              .setErrorCode(Refusals.error(refused.refusal()).code())
              .setErrorMessage(refused.message());
    };
  }

  private CreatableTopicResult created(NewTopic request, TopicImage topic) {
    ClusterImage image = metadata.image();
    List<CreatableTopicConfigs> shown = new ArrayList<>();
    for (EffectiveConfig config : configs.describe(image, request.configs()).values()) {
      shown.add(
          new CreatableTopicConfigs()
              .setName(config.name())
              .setValue(config.value())
              .setReadOnly(false)
              .setConfigSource(config.source().id())
              .setIsSensitive(config.definition().sensitive()));
    }
    return new CreatableTopicResult()
        .setName(topic.name())
        .setTopicId(TopicIds.of(topic.id()))
        .setErrorCode(Errors.NONE.code())
        .setErrorMessage(null)
        .setNumPartitions(topic.partitions().size())
        .setReplicationFactor((short) topic.partitions().getFirst().replicas().size())
        .setTopicConfigErrorCode(Errors.NONE.code())
        .setConfigs(shown);
  }

  private static void refuse(
      CreateTopicsResponseData response, String name, Errors error, String message) {
    response
        .topics()
        .add(
            new CreatableTopicResult()
                .setName(name)
                .setErrorCode(error.code())
                .setErrorMessage(message));
  }
}
