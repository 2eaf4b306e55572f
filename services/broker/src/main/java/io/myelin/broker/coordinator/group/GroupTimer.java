package io.myelin.broker.coordinator.group;

/** What is waited for, and where: names of a partition's timers. */
sealed interface GroupTimer {

  /** The member must be heard of before. */
  record Session(String groupId, String memberId) implements GroupTimer {}

  /** The rebalance goes on then without those who have not joined. */
  record Join(String groupId) implements GroupTimer {}

  /** Who has not sent its SyncGroup by then is removed. */
  record Sync(String groupId) implements GroupTimer {}

  /** Old offsets are looked for. */
  record Expiry() implements GroupTimer {}
}
