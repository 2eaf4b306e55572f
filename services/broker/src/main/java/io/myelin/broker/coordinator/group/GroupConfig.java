package io.myelin.broker.coordinator.group;

/**
 * Settings of the group coordinator, under Kafka's names and with its defaults.
 *
 * @param sessionTimeoutMsMin {@code group.min.session.timeout.ms}
 * @param sessionTimeoutMsMax {@code group.max.session.timeout.ms}
 * @param initialRebalanceDelayMs {@code group.initial.rebalance.delay.ms}: how long the first
 *     rebalance of an empty group waits for more members
 * @param groupSizeMax {@code group.max.size}: members
 * @param offsetMetadataBytesMax {@code offset.metadata.max.bytes}: as Kafka counts it, in
 *     characters
 * @param offsetsRetentionMinutes {@code offsets.retention.minutes}
 * @param offsetsRetentionCheckIntervalMs {@code offsets.retention.check.interval.ms}
 * @param offsetsCommitTimeoutMs {@code offsets.commit.timeout.ms}
 */
public record GroupConfig(
    int sessionTimeoutMsMin,
    int sessionTimeoutMsMax,
    int initialRebalanceDelayMs,
    int groupSizeMax,
    int offsetMetadataBytesMax,
    int offsetsRetentionMinutes,
    long offsetsRetentionCheckIntervalMs,
    int offsetsCommitTimeoutMs) {

  public static final GroupConfig DEFAULT =
      new GroupConfig(
          6_000, 1_800_000, 3_000, Integer.MAX_VALUE, 4_096, 7 * 24 * 60, 600_000, 5_000);

  long offsetsRetentionMs() {
    return offsetsRetentionMinutes * 60_000L;
  }
}
