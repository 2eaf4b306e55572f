package io.myelin.replication;

/**
 * When the leader's log end was where: tells when a follower that has reached an offset was last
 * caught up. Bounded, and coarse by a fraction of the time that matters; errs on the early side.
 */
final class LogEndHistory {
  // A follower is judged late by at most a thirty-second of replica.lag.time.max.ms.
  private static final int STEPS = 32;

  static final long NEVER = Long.MIN_VALUE;

  private final long[] timesMs = new long[STEPS];
  private final long[] ends = new long[STEPS];
  private int first;
  private int count;

  /** Whoever has less than this fell behind before the history begins. */
  private long forgottenEnd;

  LogEndHistory(long logEnd) {
    forgottenEnd = logEnd;
  }

  /** The log has grown to {@code logEnd}. */
  void add(long logEnd, long nowMs, long lagMsMax) {
    int last = (first + count - 1) % STEPS;
    if (count > 0 && nowMs - timesMs[last] < lagMsMax / (STEPS / 2)) {
      ends[last] = logEnd;
      return;
    }
    if (count == STEPS) {
      forgottenEnd = ends[first];
      first = (first + 1) % STEPS;
      count--;
    }
    int next = (first + count) % STEPS;
    timesMs[next] = nowMs;
    ends[next] = logEnd;
    count++;
  }

  /**
   * The latest time at which the log did not reach beyond {@code offset}, which is less than its
   * end now; {@link #NEVER} if that was too long ago to be known.
   */
  long lastReachedMs(long offset) {
    if (offset < forgottenEnd) {
      return NEVER;
    }
    for (int i = 0; i < count; i++) {
      int at = (first + i) % STEPS;
      if (ends[at] > offset) {
        return timesMs[at];
      }
    }
    return NEVER;
  }
}
