package io.myelin.broker.api.fetch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;

/**
 * The partitions that a consumer fetches again and again, so that it names only what changes
 * (KIP-227).
 *
 * <p>Threads: methods lock the session; a client uses one session from one connection at a time, so
 * nobody waits.
 */
final class FetchSession {
  /** Sessionless: a full fetch whose partitions nobody remembers. */
  static final int NONE = 0;

  private final int id;
  private final boolean usesTopicIds;
  private final LinkedHashMap<FetchPartition.Key, FetchPartition> partitions =
      new LinkedHashMap<>();
  private int epoch = 1;
  private long lastUsedMs;

  FetchSession(int id, boolean usesTopicIds) {
    this.id = id;
    this.usesTopicIds = usesTopicIds;
  }

  int id() {
    return id;
  }

  boolean usesTopicIds() {
    return usesTopicIds;
  }

  synchronized long lastUsedMs() {
    return lastUsedMs;
  }

  synchronized void touch(long nowMs) {
    lastUsedMs = nowMs;
  }

  /** Whether {@code requestEpoch} is the next one; if so, the one after it is expected next. */
  synchronized boolean advance(int requestEpoch) {
    if (requestEpoch != epoch) {
      return false;
    }
    epoch = epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
    return true;
  }

  /** Adds, updates and forgets as the request says. */
  synchronized void update(FetchRequestData request) {
    for (FetchTopic topic : request.topics()) {
      for (FetchRequestData.FetchPartition partition : topic.partitions()) {
        FetchPartition.Key key = key(topic.topicId(), topic.topic(), partition.partition());
        FetchPartition known = partitions.get(key);
        if (known == null) {
          partitions.put(key, new FetchPartition(key, partition));
        } else {
          known.update(partition);
        }
      }
    }
    for (ForgottenTopic topic : request.forgottenTopicsData()) {
      for (int partition : topic.partitions()) {
        partitions.remove(key(topic.topicId(), topic.topic(), partition));
      }
    }
  }

  synchronized List<FetchPartition> partitions() {
    return new ArrayList<>(partitions.values());
  }

  /**
   * Puts partitions that had data behind the others, so that each gets its turn when a response is
   * full.
   */
  synchronized void moveToEnd(List<FetchPartition> served) {
    if (served.size() == partitions.size()) {
      return;
    }
    for (FetchPartition partition : served) {
      if (partitions.remove(partition.key(), partition)) {
        partitions.put(partition.key(), partition);
      }
    }
  }

  private FetchPartition.Key key(org.apache.kafka.common.Uuid topicId, String name, int partition) {
    return usesTopicIds
        ? new FetchPartition.Key(
            new UUID(topicId.getMostSignificantBits(), topicId.getLeastSignificantBits()),
            null,
            partition)
        : new FetchPartition.Key(null, name, partition);
  }
}
