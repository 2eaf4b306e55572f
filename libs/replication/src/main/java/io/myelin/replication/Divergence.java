package io.myelin.replication;

import io.myelin.log.epoch.LeaderEpochs.Entry;
import java.util.List;

/**
 * Where a follower's log has to end before the leader's records may follow.
 *
 * <p>Records of one leader epoch come from one leader, in one order. So two logs that both know an
 * epoch hold the same records up to where the first of them leaves it, and the largest epoch that
 * both know decides: one round instead of KIP-279's several, because both whole caches are at hand
 * (KIP-101, KIP-279, KIP-320). The high watermark has no say in it.
 *
 * <p>What lies below a log start was committed before it was deleted, so nothing below the
 * follower's is in question: a log that was emptied knows no epoch any more, and must not be sent
 * back behind what it has acknowledged.
 */
public final class Divergence {
  private static final int NO_EPOCH = -1;

  private Divergence() {}

  /**
   * The offset up to which both logs hold the same records, within the leader's log. A follower
   * whose log does not reach it, or begins behind it, starts an empty log there.
   */
  public static long between(Lineage leader, Lineage follower) {
    long agreed = endOfLastCommonEpoch(leader, follower);
    return Math.clamp(
        Math.max(agreed, follower.logStartOffset()),
        leader.logStartOffset(),
        leader.logEndOffset());
  }

  private static long endOfLastCommonEpoch(Lineage leader, Lineage follower) {
    int l = last(leader);
    int f = last(follower);
    while (l >= first(leader) && f >= first(follower)) {
      int ours = epoch(leader, l);
      int theirs = epoch(follower, f);
      if (ours == theirs) {
        return Math.min(end(leader, l), end(follower, f));
      }
      if (ours > theirs) {
        l--;
      } else {
        f--;
      }
    }
    return leader.logStartOffset();
  }

  private static int last(Lineage log) {
    return log.epochs().entries().size() - 1;
  }

  /** Records older than all known epochs (of a log that was written without them) count as one. */
  private static int first(Lineage log) {
    List<Entry> entries = log.epochs().entries();
    return entries.isEmpty() || entries.getFirst().startOffset() > log.logStartOffset() ? -1 : 0;
  }

  private static int epoch(Lineage log, int index) {
    return index < 0 ? NO_EPOCH : log.epochs().entries().get(index).epoch();
  }

  private static long end(Lineage log, int index) {
    List<Entry> entries = log.epochs().entries();
    return index + 1 < entries.size() ? entries.get(index + 1).startOffset() : log.logEndOffset();
  }
}
