package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.api.TopicIds;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.TopicDeletionDisabledException;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** DeleteTopics: by name or by id, each topic for itself. */
public final class DeleteTopicsHandler
    implements ApiHandler<DeleteTopicsRequestData, DeleteTopicsResponseData> {
  private final MetadataPublisher metadata;
  private final Controller controller;
  private final boolean enabled;

  /**
   * @param enabled delete.topic.enable
   */
  public DeleteTopicsHandler(MetadataPublisher metadata, Controller controller, boolean enabled) {
    this.metadata = metadata;
    this.controller = controller;
    this.enabled = enabled;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.DELETE_TOPICS;
  }

  @Override
  public CompletionStage<DeleteTopicsResponseData> handle(
      RequestContext context, DeleteTopicsRequestData request) {
    if (!enabled) {
      throw context.apiVersion() < 3
          ? new InvalidRequestException("Topic deletion is disabled.")
          : new TopicDeletionDisabledException();
    }
    DeleteTopicsResponseData response = new DeleteTopicsResponseData();
    List<TopicImage> topics = resolve(response, request, metadata.image());
    return controller
        .deleteTopics(topics.stream().map(TopicImage::name).toList())
        .thenApply(
            results -> {
              for (int i = 0; i < results.size(); i++) {
                response.responses().add(result(topics.get(i), results.get(i)));
              }
              return response;
            });
  }

  /** The topics that are meant, once each; what is wrong with the others goes to the response. */
  private static List<TopicImage> resolve(
      DeleteTopicsResponseData response, DeleteTopicsRequestData request, ClusterImage image) {
    List<String> names = new ArrayList<>(request.topicNames());
    List<Uuid> ids = new ArrayList<>();
    for (DeleteTopicState topic : request.topics()) {
      boolean noId = topic.topicId().equals(Uuid.ZERO_UUID);
      if (topic.name() != null && noId) {
        names.add(topic.name());
      } else if (topic.name() == null && !noId) {
        ids.add(topic.topicId());
      } else {
        String message =
            noId
                ? "Neither topic name nor id were specified."
                : "You may not specify both topic name and topic id.";
        refuse(response, topic.name(), topic.topicId(), Errors.INVALID_REQUEST, message);
      }
    }
    Map<String, TopicImage> resolved = new HashMap<>();
    for (Uuid id : distinct(ids, response, true)) {
      TopicImage topic = image.topic(TopicIds.of(id));
      if (topic == null) {
        refuse(response, null, id, Errors.UNKNOWN_TOPIC_ID, Errors.UNKNOWN_TOPIC_ID.message());
      } else {
        resolved.put(topic.name(), topic);
      }
    }
    for (String name : distinct(names, response, false)) {
      TopicImage topic = image.topic(name);
      if (topic == null) {
        Errors unknown = Errors.UNKNOWN_TOPIC_OR_PARTITION;
        refuse(response, name, Uuid.ZERO_UUID, unknown, unknown.message());
      } else if (ids.contains(TopicIds.of(topic.id()))) {
        resolved.remove(name);
        refuse(
            response,
            name,
            TopicIds.of(topic.id()),
            Errors.INVALID_REQUEST,
            "The provided topic name maps to an ID that was already supplied.");
      } else {
        resolved.put(name, topic);
      }
    }
    return List.copyOf(resolved.values());
  }

  private static <T> List<T> distinct(
      List<T> given, DeleteTopicsResponseData response, boolean ids) {
    List<T> once = new ArrayList<>();
    for (T one : given.stream().distinct().toList()) {
      if (Collections.frequency(given, one) == 1) {
        once.add(one);
      } else if (ids) {
        refuse(response, null, (Uuid) one, Errors.INVALID_REQUEST, "Duplicate topic id.");
      } else {
        refuse(
            response,
            (String) one,
            Uuid.ZERO_UUID,
            Errors.INVALID_REQUEST,
            "Duplicate topic name.");
      }
    }
    return once;
  }

  private static DeletableTopicResult result(TopicImage topic, Result<TopicImage> result) {
    DeletableTopicResult answer =
        new DeletableTopicResult().setName(topic.name()).setTopicId(TopicIds.of(topic.id()));
    return switch (result) {
      case Result.Ok<TopicImage> ok -> answer.setErrorCode(Errors.NONE.code());
      case Result.Refused<TopicImage> refused ->
          answer
              .setErrorCode(Refusals.error(refused.refusal()).code())
              .setErrorMessage(refused.message());
    };
  }

  private static void refuse(
      DeleteTopicsResponseData response, String name, Uuid id, Errors error, String message) {
    response
        .responses()
        .add(
            new DeletableTopicResult()
                .setName(name)
                .setTopicId(id)
                .setErrorCode(error.code())
                .setErrorMessage(message));
  }
}
