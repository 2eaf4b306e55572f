package io.myelin.broker.coordinator.group;

import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/** What nobody needs any more: old offsets, and groups without offsets and members. */
final class ExpiryRules {
  // One batch must hold the tombstones; the rest follows a moment later.
  private static final int TOMBSTONES_MAX = 1_000;
  private static final long REST_DELAY_MS = 10;

  private final GroupConfig config;

  ExpiryRules(GroupConfig config) {
    this.config = config;
  }

  void expire(GroupTurn turn) {
    for (ClassicGroup group : turn.state().byId().values()) {
      expireOffsets(turn, group);
      if (turn.state().offsetsOf(group.id()).isEmpty()
          && group.is(ClassicState.EMPTY)
          && group.expected().isEmpty()) {
        AdminRules.deleteGroup(turn, group);
      }
      if (turn.records() >= TOMBSTONES_MAX) {
        turn.schedule(new GroupTimer.Expiry(), REST_DELAY_MS);
        return;
      }
    }
    turn.schedule(new GroupTimer.Expiry(), config.offsetsRetentionCheckIntervalMs());
  }

  private void expireOffsets(GroupTurn turn, ClassicGroup group) {
    for (Map.Entry<TopicPartition, CommittedOffset> entry :
        turn.state().offsetsOf(group.id()).entrySet()) {
      if (turn.records() < TOMBSTONES_MAX
          && !group.consumes(entry.getKey().topic())
          && isExpired(turn, group, entry.getValue())) {
        OffsetRules.forget(turn, group.id(), entry.getKey());
      }
    }
  }

  private boolean isExpired(GroupTurn turn, ClassicGroup group, CommittedOffset offset) {
    OptionalLong since = unusedSince(group, offset);
    if (since.isEmpty()) {
      return false;
    }
    return offset.expireMs() >= 0
        ? turn.nowMs() >= offset.expireMs()
        : turn.nowMs() - since.getAsLong() >= config.offsetsRetentionMs();
  }

  /** From when on the retention counts (KIP-211); empty while the offset is in use. */
  private static OptionalLong unusedSince(ClassicGroup group, CommittedOffset offset) {
    if (group.protocolType() == null) {
      return OptionalLong.of(offset.commitMs());
    }
    if (group.is(ClassicState.EMPTY)) {
      return OptionalLong.of(group.stateSinceMs() >= 0 ? group.stateSinceMs() : offset.commitMs());
    }
    return group.isConsumerGroup() && group.subscribed() != null && group.is(ClassicState.STABLE)
        ? OptionalLong.of(offset.commitMs())
        : OptionalLong.empty();
  }
}
