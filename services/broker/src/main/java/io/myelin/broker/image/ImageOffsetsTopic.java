package io.myelin.broker.image;

import io.myelin.broker.coordinator.group.OffsetsTopic;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.internals.Topic;

/** {@code __consumer_offsets} by the newest metadata; made on first use. Thread-safe. */
public final class ImageOffsetsTopic implements OffsetsTopic {
  private static final String NAME = Topic.GROUP_METADATA_TOPIC_NAME;

  private final MetadataPublisher metadata;
  private final Controller controller;
  private final InternalTopics internalTopics;

  public ImageOffsetsTopic(
      MetadataPublisher metadata, Controller controller, InternalTopics internalTopics) {
    this.metadata = metadata;
    this.controller = controller;
    this.internalTopics = internalTopics;
  }

  @Override
  public int partitionCount() {
    TopicImage topic = metadata.image().topic(NAME);
    return topic == null ? 0 : topic.partitions().size();
  }

  @Override
  public Optional<Node> leader(int partition, String listener) {
    ClusterImage image = metadata.image();
    PartitionImage state = image.partition(NAME, partition);
    if (state == null || state.leader() == PartitionImage.NO_LEADER) {
      return Optional.empty();
    }
    BrokerImage broker = image.brokers().get(state.leader());
    if (broker == null || broker.fenced() || !broker.listeners().containsKey(listener)) {
      return Optional.empty();
    }
    BrokerImage.Endpoint endpoint = broker.listeners().get(listener);
    return Optional.of(new Node(broker.id(), endpoint.host(), endpoint.port()));
  }

  @Override
  public CompletionStage<Void> create() {
    NewTopic topic = internalTopics.definition(NAME).orElseThrow();
    return controller.createTopics(List.of(topic), false).thenAccept(ImageOffsetsTopic::check);
  }

  private static void check(List<Result<TopicImage>> results) {
    if (results.getFirst() instanceof Result.Refused<TopicImage> refused
        && refused.refusal() != Refusal.TOPIC_ALREADY_EXISTS) {
      throw new IllegalStateException("could not create " + NAME + ": " + refused.message());
    }
  }
}
