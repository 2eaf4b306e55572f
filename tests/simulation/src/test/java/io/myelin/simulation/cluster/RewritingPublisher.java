package io.myelin.simulation.cluster;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.List;
import org.pcollections.TreePVector;

/** Tells a broker's parts something else than the controller has told the broker. */
abstract class RewritingPublisher implements MetadataPublisher {
  private final MetadataPublisher sound;

  RewritingPublisher(MetadataPublisher sound) {
    this.sound = sound;
  }

  /** What the broker's parts take {@code partition} for. */
  PartitionImage seen(String topic, PartitionImage partition) {
    return partition;
  }

  @Override
  public ClusterImage image() {
    return seen(sound.image());
  }

  @Override
  public void subscribe(Listener listener) {
    sound.subscribe(
        new Listener() {
          @Override
          public void onImage(ClusterImage before, ClusterImage now) {
            listener.onImage(seen(before), seen(now));
          }

          @Override
          public void onImage(ClusterImage before, ClusterImage now, Changes changes) {
            listener.onImage(seen(before), seen(now), changes);
          }
        });
  }

  /** What the broker's parts take {@code image} for. */
  ClusterImage seen(ClusterImage image) {
    ClusterImage seen = image;
    for (TopicImage topic : image.topics().values()) {
      List<PartitionImage> partitions =
          topic.partitions().stream().map(each -> seen(topic.name(), each)).toList();
      seen = seen.withTopic(new TopicImage(topic.name(), topic.id(), TreePVector.from(partitions)));
    }
    return seen;
  }
}
