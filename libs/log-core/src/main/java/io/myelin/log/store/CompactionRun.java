package io.myelin.log.store;

import io.myelin.env.Scheduler;
import io.myelin.log.CompactionThrottle;
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
  private final CompactionThrottle throttle;
  private final Executor shard;
  private final CompletableFuture<Long> done = new CompletableFuture<>();

  CompactionRun(StoredLog log, long mapBytesMax, CompactionThrottle throttle, Executor shard) {
    this.log = log;
    this.mapBytesMax = mapBytesMax;
    this.throttle = throttle;
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
    run(
        log.folder.workers(),
        () -> {
          compaction.begin(mapBytesMax, producers);
          clean(compaction, 0);
        });
  }

  /**
   * One step after the other. The worker is given back in between: others' work must not wait for a
   * pass that takes long, or has to wait itself.
   *
   * @param moved bytes that the last step read and wrote
   */
  private void clean(Compaction compaction, long moved) throws IOException {
    // Whoever deletes, closes or retains the log need not wait for a pass that nobody wants.
    if (log.flusher.isClosed() || !log.config().compact()) {
      done.complete(null);
      return;
    }
    Executor workers = log.folder.workers();
    long pauseMs = throttle.pauseMs(moved);
    Compaction.Outcome outcome = compaction.outcome();
    if (pauseMs > 0) {
      Scheduler scheduler = log.folder.environment().scheduler();
      scheduler.after(pauseMs, () -> run(workers, () -> clean(compaction, 0)));
    } else if (outcome != null) {
      Iterator<Compaction.Replacement> rest = outcome.replacements().iterator();
      run(shard, () -> replaceNext(rest, outcome.cleanedTo()));
    } else {
      long bytes = compaction.step();
      run(workers, () -> clean(compaction, bytes));
    }
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
