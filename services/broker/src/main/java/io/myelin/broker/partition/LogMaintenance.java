package io.myelin.broker.partition;

import io.myelin.env.Scheduler;
import io.myelin.log.CompactionThrottle;
import io.myelin.log.Isolation;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogView;
import io.myelin.log.PartitionLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What logs need now and then: retention, flushing in the background, checkpoints, forgetting
 * silent producers, another attempt where one could not be opened.
 *
 * <p>Threads: started and closed by the broker; the work runs on a worker, one round of each kind
 * at a time.
 *
 * <p>Crash rule: everything here may be cut off anywhere and is done again after the next start.
 */
public final class LogMaintenance implements AutoCloseable {
  private static final Logger log = Logger.getLogger(LogMaintenance.class);

  /**
   * @param retentionCheckMs log.retention.check.interval.ms
   * @param checkpointMs how often checkpoints are written, milliseconds
   * @param flushCheckMs how often it is looked which logs have more to recover than {@code
   *     unflushedBytesMax}, or have waited for flush.ms; those are flushed; milliseconds
   * @param unflushedBytesMax bytes that recovery would have to read of one log
   * @param reopenMs how often logs are tried again that could not be opened, milliseconds
   */
  public record Intervals(
      long retentionCheckMs,
      long checkpointMs,
      long flushCheckMs,
      long unflushedBytesMax,
      long reopenMs) {}

  /**
   * How logs are compacted; asked for before each round, so that it can change.
   *
   * @param backoffMs log.cleaner.backoff.ms
   * @param mapBytesMax memory for the keys of one log
   * @param throttle how fast all of them together are compacted
   */
  public record Compaction(long backoffMs, long mapBytesMax, CompactionThrottle throttle) {}

  private final Partitions partitions;
  private final Scheduler scheduler;
  private final Executor worker;
  private final Map<Path, IOException> unwritable = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public LogMaintenance(Partitions partitions, Scheduler scheduler, Executor worker) {
    this.partitions = partitions;
    this.scheduler = scheduler;
    this.worker = worker;
  }

  public void start(Intervals intervals) {
    repeat(intervals.retentionCheckMs(), "retention", this::enforceRetention);
    repeat(intervals.checkpointMs(), "the checkpoints", this::checkpoint);
    repeat(intervals.flushCheckMs(), "flushing", () -> flush(intervals.unflushedBytesMax()));
    repeat(intervals.reopenMs(), "opening what could not be opened", partitions::reopenFailed);
  }

  /** From now on logs are compacted whose settings say so. */
  public void startCompacting(Supplier<Compaction> settings) {
    compactLater(settings);
  }

  /** Log directories whose checkpoints could not be written the last time, and why. */
  public Map<Path, IOException> unwritable() {
    return Map.copyOf(unwritable);
  }

  /** No round starts any more; one that runs ends by itself. */
  @Override
  public void close() {
    closed = true;
  }

  private void repeat(long intervalMs, String name, Runnable round) {
    scheduler.after(
        intervalMs,
        () ->
            worker.execute(
                () -> {
                  if (closed) {
                    return;
                  }
                  try {
                    round.run();
                  } catch (RuntimeException e) {
                    log.errorf(e, "%s failed and is tried again in %d ms", name, intervalMs);
                  }
                  repeat(intervalMs, name, round);
                }));
  }

  /** One log after the other: the memory for keys is there once. */
  private void compactLater(Supplier<Compaction> settings) {
    scheduler.after(
        settings.get().backoffMs(),
        () ->
            worker.execute(
                () -> {
                  ArrayDeque<Partition> compacted = new ArrayDeque<>();
                  for (Partition partition : partitions.all()) {
                    if (partition.settings().log().compact() && partition.openLog() != null) {
                      compacted.add(partition);
                    }
                  }
                  compactNext(compacted, settings);
                }));
  }

  private void compactNext(ArrayDeque<Partition> left, Supplier<Compaction> settings) {
    Partition partition = left.poll();
    LogDirectory directory = partition == null ? null : partitions.directoryOf(partition);
    if (closed) {
      return;
    }
    if (partition == null) {
      compactLater(settings);
    } else if (directory == null) {
      compactNext(left, settings); // deleted meanwhile
    } else {
      Compaction now = settings.get();
      directory
          .compact(
              partition.topic(),
              partition.id(),
              now.mapBytesMax(),
              now.throttle(),
              partition.shard())
          .whenComplete(
              (done, error) -> {
                // At a stop its threads go away under it.
                if (error != null && !closed) {
                  log.errorf(
                      error,
                      "Compaction of %s-%d failed and is tried again later",
                      partition.topic(),
                      partition.id());
                }
                worker.execute(() -> compactNext(left, settings));
              });
    }
  }

  private void enforceRetention() {
    for (Partition partition : partitions.all()) {
      PartitionLog opened = partition.openLog();
      if (opened == null || opened.failure() != null) {
        continue;
      }
      opened
          .enforceRetention(partition.shard())
          .whenComplete((freed, error) -> report(partition, freed, error));
      partition.shard().execute(opened::expireProducers);
    }
  }

  private static void flush(Partition partition, PartitionLog opened) {
    try {
      opened.flush();
    } catch (IOException e) {
      log.errorf("Could not flush %s-%d: %s", partition.topic(), partition.id(), e.getMessage());
    }
  }

  private static void report(Partition partition, Long freed, Throwable error) {
    if (error != null) {
      log.errorf(
          error,
          "Retention of %s-%d failed and is tried again at the next check",
          partition.topic(),
          partition.id());
    } else if (freed > 0) {
      log.infof("Retention freed %d bytes of %s-%d", freed, partition.topic(), partition.id());
    }
  }

  /** A directory that fails does not keep the others from theirs. */
  private void checkpoint() {
    for (LogDirectory directory : partitions.directories()) {
      try {
        directory.checkpoint();
        unwritable.remove(directory.path());
      } catch (IOException e) {
        unwritable.put(directory.path(), e);
        log.errorf(
            "The checkpoints of %s could not be written and are tried again: %s",
            directory.path(), e.getMessage());
      }
    }
  }

  private void flush(long unflushedBytesMax) {
    for (Partition partition : partitions.all()) {
      PartitionLog opened = partition.openLog();
      if (opened == null || opened.failure() != null) {
        continue;
      }
      if (flushIsDue(opened, unflushedBytesMax)) {
        flush(partition, opened);
      }
    }
  }

  private static boolean flushIsDue(PartitionLog opened, long unflushedBytesMax) {
    LogView view = opened.view();
    long recoveryPoint = opened.recoveryPoint();
    return recoveryPoint < view.logEndOffset()
        && (opened.unflushedForMs() >= opened.config().flushMs()
            || view.bytesAfter(recoveryPoint, Isolation.LOG_END) >= unflushedBytesMax);
  }
}
