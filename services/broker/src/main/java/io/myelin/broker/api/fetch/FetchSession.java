package io.myelin.broker.api.fetch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.protocol.Errors;

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
  private final long createdMs;
  private final LinkedHashMap<FetchPartition.Key, FetchPartition> partitions =
      new LinkedHashMap<>();
  private int epoch = 1;
  private long lastUsedMs;

  FetchSession(int id, boolean usesTopicIds, long nowMs) {
    this.id = id;
    this.usesTopicIds = usesTopicIds;
    this.createdMs = nowMs;
    this.lastUsedMs = nowMs;
  }

  int id() {
    return id;
  }

  synchronized long lastUsedMs() {
    return lastUsedMs;
  }

  /** For how long it is known to have been in use. */
  synchronized long usedForMs() {
    return lastUsedMs - createdMs;
  }

  synchronized int size() {
    return partitions.size();
  }

  /** Takes a request in that is the session's next one; of any other says why it is not. */
  synchronized Errors next(FetchRequestData request, boolean withTopicIds, long nowMs) {
    if (request.sessionEpoch() != epoch) {
      return Errors.INVALID_FETCH_SESSION_EPOCH;
    }
    if (withTopicIds != usesTopicIds) {
      return Errors.FETCH_SESSION_TOPIC_ID_ERROR;
    }
    epoch = epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
    lastUsedMs = nowMs;
    update(request);
    return Errors.NONE;
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
