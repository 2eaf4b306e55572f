package io.myelin.simulation;

/** How much happened: a simulation in which nothing happens finds nothing. */
final class Coverage {
  long runs;
  long requests;
  long answers;
  long acknowledgedBatches;
  long idempotentBatches;
  long recordsRead;
  long audits;
  long kills;
  long killsWithinTasks;
  long powerLosses;
  long starts;
  long crashesWhileStarting;
  long fullDisks;
  long failedSyncs;
  long bitFlips;
  long bitFlipsNoticed;
  long lostVolatileRecords;
  long offsetCommits;
  long rebalances;
  long topicsCreated;
  long topicsDeleted;
  long recordsDeleted;

  void add(Coverage other) {
    runs += other.runs;
    requests += other.requests;
    answers += other.answers;
    acknowledgedBatches += other.acknowledgedBatches;
    idempotentBatches += other.idempotentBatches;
    recordsRead += other.recordsRead;
    audits += other.audits;
    kills += other.kills;
    killsWithinTasks += other.killsWithinTasks;
    powerLosses += other.powerLosses;
    starts += other.starts;
    crashesWhileStarting += other.crashesWhileStarting;
    fullDisks += other.fullDisks;
    failedSyncs += other.failedSyncs;
    bitFlips += other.bitFlips;
    bitFlipsNoticed += other.bitFlipsNoticed;
    lostVolatileRecords += other.lostVolatileRecords;
    offsetCommits += other.offsetCommits;
    rebalances += other.rebalances;
    topicsCreated += other.topicsCreated;
    topicsDeleted += other.topicsDeleted;
    recordsDeleted += other.recordsDeleted;
  }

  @Override
  public String toString() {
    return ("runs %d, requests %d, answers %d, acknowledged batches %d (%d idempotent), records read %d, audits %d,"
            + " kills %d (%d within tasks), power losses %d (%d unflushed records lost), starts %d (%d interrupted),"
            + " full disks %d, failed syncs %d, bit flips %d (%d noticed), offset commits %d,"
            + " rebalances %d, topics created %d, deleted %d, deletions of records %d")
        .formatted(
            runs,
            requests,
            answers,
            acknowledgedBatches,
            idempotentBatches,
            recordsRead,
            audits,
            kills,
            killsWithinTasks,
            powerLosses,
            lostVolatileRecords,
            starts,
            crashesWhileStarting,
            fullDisks,
            failedSyncs,
            bitFlips,
            bitFlipsNoticed,
            offsetCommits,
            rebalances,
            topicsCreated,
            topicsDeleted,
            recordsDeleted);
  }
}
