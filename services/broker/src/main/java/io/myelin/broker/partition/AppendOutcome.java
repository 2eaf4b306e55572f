package io.myelin.broker.partition;

import io.myelin.log.AppendResult;
import io.myelin.log.record.Verdict;

/** What a producer is told of a batch. */
public sealed interface AppendOutcome {

  /**
   * Stored (now or, as a duplicate, earlier), and committed if that was asked for. @param
   * logAppendTimeMs -1 unless LogAppendTime
   */
  record Stored(long baseOffset, long endOffset, long logAppendTimeMs, long logStartOffset)
      implements AppendOutcome {}

  /** Validation refused it. */
  record Invalid(Verdict.Rejected verdict) implements AppendOutcome {}

  /** The log refused it: sequence, epoch, transaction state, disk. */
  record Refused(AppendResult result) implements AppendOutcome {}

  /** This broker does not lead the partition (any more). */
  record NotLeader() implements AppendOutcome {}

  /**
   * Fewer replicas are in sync than min.insync.replicas.
   *
   * @param appended it is in the leader's log all the same
   */
  record NotEnoughReplicas(boolean appended) implements AppendOutcome {}

  /** The partition is offline on this broker. */
  record Offline(String message) implements AppendOutcome {}

  /**
   * The time that the producer gave ran out first; the batch may or may not be stored when it had
   * begun.
   */
  record TimedOut() implements AppendOutcome {}
}
