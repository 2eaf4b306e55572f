package io.myelin.broker.coordinator;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The log of one partition of a coordinator's topic, under one leadership of this broker. The
 * runtime calls from the partition's own thread, one call at a time, never waits, and never appends
 * before the former append has come to its end.
 */
public interface CoordinatorLog {

  /**
   * Hands every record from the log's start to its end (as it stood at the call) to {@code sink},
   * in order. Completes when the last one has been handed over <em>and all of them are
   * committed</em>: a new leader's log may end beyond the high watermark, and what was read must
   * not go away again.
   *
   * <p>Control records and records of aborted transactions are left out, those of committed
   * transactions stand where they were written.
   *
   * <p>Threads: reads run elsewhere (they may wait for disks); {@code sink} may be called on any
   * thread, one call at a time, each seeing what the former did; it does not block. The stage may
   * complete on any thread.
   *
   * <p>Failures: the stage fails with the reason if the log cannot be read, if this broker stops
   * leading, or with what {@code sink} threw. The runtime then serves nothing of the partition, and
   * tries again later. It also loads again after an append has failed as {@link
   * AppendFailedException.Outcome#UNKNOWN}.
   */
  CompletionStage<Void> load(Sink sink);

  /**
   * Appends {@code records} as one batch and completes with the offset of the last one when it is
   * committed (the high watermark has passed it). Readers see all of them or none.
   *
   * <p>The stage may complete on any thread, also before this returns. It fails with {@link
   * AppendFailedException} and nothing else; there is no timeout here, the runtime has its own.
   *
   * @param timestampMs of every record
   * @param records not empty
   */
  CompletionStage<Long> append(long timestampMs, List<CoordinatorRecord> records);

  /** Receives what is loaded. */
  interface Sink {
    void record(long offset, CoordinatorRecord record);
  }

  /** Finds a partition's log. Any thread; does not block. */
  interface Opener {
    /**
     * @param leaderEpoch appends under another epoch must fail as {@link
     *     AppendFailedException.Outcome#UNKNOWN}
     */
    CoordinatorLog open(int partition, int leaderEpoch);
  }
}
