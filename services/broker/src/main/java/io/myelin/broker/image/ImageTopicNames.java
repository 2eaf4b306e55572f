package io.myelin.broker.image;

import io.myelin.broker.api.TopicIds;
import io.myelin.broker.coordinator.group.TopicNames;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.TopicImage;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/** Which topics exist, by the newest metadata. Thread-safe. */
public final class ImageTopicNames implements TopicNames {
  private final MetadataPublisher metadata;

  public ImageTopicNames(MetadataPublisher metadata) {
    this.metadata = metadata;
  }

  @Override
  public Optional<Uuid> id(String topic) {
    return Optional.ofNullable(metadata.image().topic(topic)).map(image -> TopicIds.of(image.id()));
  }

  @Override
  public Optional<String> name(Uuid topicId) {
    return Optional.ofNullable(metadata.image().topic(TopicIds.of(topicId))).map(TopicImage::name);
  }

  @Override
  public boolean exists(String topic, int partition) {
    return metadata.image().partition(topic, partition) != null;
  }
}
