package io.myelin.broker.coordinator.group;

import org.apache.kafka.common.Uuid;

/**
 * What a group has committed for a partition.
 *
 * @param leaderEpoch of the record before; -1 if the consumer did not say
 * @param commitMs wall clock of the commit
 * @param expireMs wall clock; -1 unless the (old) client gave a retention time
 * @param topicId of the topic at the time of the commit; zero if not known
 */
record CommittedOffset(
    long offset, int leaderEpoch, String metadata, long commitMs, long expireMs, Uuid topicId) {}
