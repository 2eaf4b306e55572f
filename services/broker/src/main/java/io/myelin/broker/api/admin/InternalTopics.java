package io.myelin.broker.api.admin;

import io.myelin.broker.config.BrokerConfig.InternalTopicSettings;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.TopicImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.internals.Topic;

/**
 * The topics that the broker itself needs, made when something first asks for them. Thread-safe,
 * never blocks.
 */
public final class InternalTopics {
  private final Controller controller;
  private final MetadataPublisher metadata;
  private final InternalTopicSettings offsets;
  private final ConcurrentHashMap<String, CompletableFuture<TopicImage>> underWay =
      new ConcurrentHashMap<>();

  public InternalTopics(
      Controller controller, MetadataPublisher metadata, InternalTopicSettings offsets) {
    this.controller = controller;
    this.metadata = metadata;
    this.offsets = offsets;
  }

  /**
   * Completes with the topic when it exists, made now if need be; fails with the Kafka exception of
   * what prevents it. Callers at the same time share one attempt.
   *
   * @throws IllegalArgumentException if {@code name} is no internal topic that is served
   */
  public CompletableFuture<TopicImage> ensure(String name) {
    TopicImage present = metadata.image().topic(name);
    if (present != null) {
      return CompletableFuture.completedFuture(present);
    }
    NewTopic topic =
        definition(name)
            .orElseThrow(() -> new IllegalArgumentException(name + " is no internal topic"));
    CompletableFuture<TopicImage> mine = new CompletableFuture<>();
    CompletableFuture<TopicImage> other = underWay.putIfAbsent(name, mine);
    if (other != null) {
      return other;
    }
    controller
        .createTopics(List.of(topic), false)
        .whenComplete(
            (results, failure) -> {
              underWay.remove(name, mine);
              if (failure != null) {
                mine.completeExceptionally(failure);
              } else {
                finish(mine, name, results.getFirst());
              }
            });
    return mine;
  }

  /** How the topic is made; empty if it is none of the broker's own. */
  Optional<NewTopic> definition(String name) {
    return name.equals(Topic.GROUP_METADATA_TOPIC_NAME)
        ? Optional.of(
            new NewTopic(
                name,
                offsets.partitions(),
                offsets.replicationFactor(),
                Map.of(),
                Map.of(
                    "cleanup.policy", "compact",
                    "compression.type", "producer",
                    "segment.bytes", Integer.toString(offsets.segmentBytes()))))
        : Optional.empty();
  }

  private void finish(
      CompletableFuture<TopicImage> future, String name, Result<TopicImage> result) {
    switch (result) {
      case Result.Ok<TopicImage> ok -> future.complete(ok.value());
      case Result.Refused<TopicImage> refused -> {
        TopicImage present = metadata.image().topic(name);
        if (refused.refusal() == Refusal.TOPIC_ALREADY_EXISTS && present != null) {
          future.complete(present);
        } else {
          future.completeExceptionally(
              Refusals.error(refused.refusal()).exception(refused.message()));
        }
      }
    }
  }
}
