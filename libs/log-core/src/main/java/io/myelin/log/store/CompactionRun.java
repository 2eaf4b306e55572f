package io.myelin.log.store;

import io.myelin.log.clean.BatchCleaner;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * One compaction pass from start to end, hopping between the workers and the shard; no step waits
 * for another one. An error of the disk while cleaning ends the pass; one while segments are being
 * replaced takes the log offline.
 */
final class CompactionRun {
  private final StoredLog log;
  private final long mapBytesMax;
  private final Executor shard;
  private final CompletableFuture<Long> done = new CompletableFuture<>();

  CompactionRun(StoredLog log, long mapBytesMax, Executor shard) {
    this.log = log;
    this.mapBytesMax = mapBytesMax;
    this.shard = shard;
  }

  CompletionStage<Long> start(Long cleanedTo) {
    if (!log.restructuring.compareAndSet(false, true)) {
      return CompletableFuture.completedStage(null);
    }
    run(log.folder.workers(), () -> plan(cleanedTo));
    return done.whenComplete((end, error) -> log.restructuring.set(false));
  }

  private interface Step {
    void run() throws IOException;
  }

  private void run(Executor executor, Step step) {
    executor.execute(
        () -> {
          try {
            log.requireOnline();
            step.run();
          } catch (IOException | RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
  }

  private void plan(Long cleanedTo) throws IOException {
    Compaction compaction = new Compaction(log, cleanedTo);
    if (compaction.isDue()) {
      run(shard, () -> askForProducers(compaction));
    } else {
      done.complete(null);
    }
  }

  private void askForProducers(Compaction compaction) {
    Map<Long, BatchCleaner.LastRecord> producers = log.producers.lastRecords();
    run(log.folder.workers(), () -> clean(compaction, producers));
  }

  private void clean(Compaction compaction, Map<Long, BatchCleaner.LastRecord> producers)
      throws IOException {
    Compaction.Outcome outcome = compaction.run(mapBytesMax, producers);
    Iterator<Compaction.Replacement> rest = outcome.replacements().iterator();
    run(shard, () -> replaceNext(rest, outcome.cleanedTo()));
  }

  private void replaceNext(Iterator<Compaction.Replacement> rest, long cleanedTo) {
    if (!rest.hasNext()) {
      done.complete(cleanedTo);
      return;
    }
    try {
      if (!SegmentSwap.replace(log, rest.next())) {
        done.complete(null);
        return;
      }
    } catch (IOException e) {
      log.fail(e);
      done.completeExceptionally(e);
      return;
    }
    // One at a time, so that appends get their turn in between.
    run(shard, () -> replaceNext(rest, cleanedTo));
  }
}
