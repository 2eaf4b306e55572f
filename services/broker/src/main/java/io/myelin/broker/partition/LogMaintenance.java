package io.myelin.broker.partition;

import io.myelin.env.Scheduler;
import io.myelin.log.Isolation;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogView;
import io.myelin.log.PartitionLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * What logs need now and then: retention, flushing in the background, checkpoints, forgetting
 * silent producers.
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
   * @param flushMs how often logs are flushed that have more to recover than {@code
   *     unflushedBytesMax}, milliseconds
   * @param unflushedBytesMax bytes that recovery would have to read of one log
   */
  public record Intervals(
      long retentionCheckMs, long checkpointMs, long flushMs, long unflushedBytesMax) {}

  /** A round of work over all partitions. */
  private interface Round {
    void run() throws IOException;
  }

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
    repeat(intervals.flushMs(), "flushing", () -> flush(intervals.unflushedBytesMax()));
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

  private void repeat(long intervalMs, String name, Round round) {
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
                  } catch (IOException | RuntimeException e) {
                    log.errorf(e, "%s failed and is tried again in %d ms", name, intervalMs);
                  }
                  repeat(intervalMs, name, round);
                }));
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

  private void checkpoint() throws IOException {
    IOException failure = null;
    for (LogDirectory directory : partitions.directories()) {
      try {
        directory.checkpoint();
        unwritable.remove(directory.path());
      } catch (IOException e) {
        // The others' checkpoints are written all the same.
        unwritable.put(directory.path(), e);
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void flush(long unflushedBytesMax) throws IOException {
    for (Partition partition : partitions.all()) {
      PartitionLog opened = partition.openLog();
      if (opened == null || opened.failure() != null) {
        continue;
      }
      LogView view = opened.view();
      if (opened.recoveryPoint() < view.logEndOffset()
          && view.bytesAfter(opened.recoveryPoint(), Isolation.LOG_END) >= unflushedBytesMax) {
        opened.flush();
      }
    }
  }
}
