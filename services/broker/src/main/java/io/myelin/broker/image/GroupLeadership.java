package io.myelin.broker.image;

import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.internals.Topic;

/**
 * Tells the group coordinator which partitions of its topic it serves, and which topics are gone.
 */
public final class GroupLeadership implements MetadataPublisher.Listener {
  private final int brokerId;
  private final GroupCoordinator groups;

  public GroupLeadership(int brokerId, GroupCoordinator groups) {
    this.brokerId = brokerId;
    this.groups = groups;
  }

  @Override
  public void onImage(ClusterImage before, ClusterImage now) {
    onImage(
        before, now, new MetadataPublisher.Changes(before.topics().keySet(), Set.of(), Set.of()));
  }

  @Override
  public void onImage(ClusterImage before, ClusterImage now, MetadataPublisher.Changes changes) {
    TopicImage old = before.topic(Topic.GROUP_METADATA_TOPIC_NAME);
    TopicImage current = now.topic(Topic.GROUP_METADATA_TOPIC_NAME);
    if (old != current) {
      follow(old, current);
    }
    forgetDeleted(before, now, changes.topics());
  }

  private void follow(TopicImage old, TopicImage current) {
    int oldCount = old == null ? 0 : old.partitions().size();
    int count = current == null ? 0 : current.partitions().size();
    for (int id = 0; id < count; id++) {
      PartitionImage state = current.partitions().get(id);
      if (state.leader() == brokerId) {
        groups.lead(id, state.leaderEpoch());
      } else {
        groups.resign(id);
      }
    }
    for (int id = count; id < oldCount; id++) {
      groups.resign(id);
    }
  }

  private void forgetDeleted(ClusterImage before, ClusterImage now, Set<String> changed) {
    Set<String> deleted = new HashSet<>();
    for (String name : changed) {
      TopicImage old = before.topic(name);
      TopicImage current = now.topic(name);
      if (old != null && (current == null || !current.id().equals(old.id()))) {
        deleted.add(name);
      }
    }
    if (!deleted.isEmpty()) {
      groups.topicsDeleted(deleted);
    }
  }
}
