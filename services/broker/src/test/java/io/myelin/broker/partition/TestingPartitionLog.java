package io.myelin.broker.partition;

import io.myelin.log.AppendResult;
import io.myelin.log.Isolation;
import io.myelin.log.LogConfig;
import io.myelin.log.LogView;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import io.myelin.log.epoch.LeaderEpochs;
import io.myelin.log.record.ReplicatedBatches;
import io.myelin.log.record.ValidBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A log that only counts: offsets, writes, flushes. */
public final class TestingPartitionLog implements PartitionLog {
  final List<Integer> batchesPerWrite = new ArrayList<>();
  int flushes;
  long unflushedForMs;
  IOException failNextFlush;
  RuntimeException failAppends;

  /** What reads throw. */
  public RuntimeException failReads;

  /** How often somebody has read. */
  public int reads;

  private LogConfig config;
  private long start;
  private long end;
  private long highWatermark;
  private long recoveryPoint;
  private Throwable failure;

  public TestingPartitionLog(LogConfig config) {
    this.config = config;
  }

  @Override
  public LogView view() {
    return new View(this, start, highWatermark, end);
  }

  @Override
  public Throwable failure() {
    return failure;
  }

  @Override
  public LogConfig config() {
    return config;
  }

  @Override
  public void configure(LogConfig newConfig) {
    config = newConfig;
  }

  @Override
  public List<AppendResult> append(List<ValidBatch> batches, int leaderEpoch) {
    if (failAppends != null) {
      throw failAppends;
    }
    batchesPerWrite.add(batches.size());
    List<AppendResult> results = new ArrayList<>();
    for (ValidBatch batch : batches) {
      long base = end;
      end += batch.recordCount();
      results.add(new AppendResult.Appended(base, end - 1, -1));
    }
    return results;
  }

  @Override
  public List<AppendResult> appendAsFollower(ReplicatedBatches batches) {
    end = batches.endOffset();
    return List.of();
  }

  @Override
  public void advanceHighWatermark(long offset) {
    highWatermark = Math.max(highWatermark, offset);
  }

  @Override
  public void advanceLogStart(long offset) {
    start = offset;
  }

  @Override
  public void truncateTo(long offset) {
    end = offset;
  }

  @Override
  public void truncateFullyAndStartAt(long offset) {
    start = offset;
    end = offset;
  }

  @Override
  public long flush() throws IOException {
    flushes++;
    if (failNextFlush != null) {
      failure = failNextFlush;
      throw failNextFlush;
    }
    recoveryPoint = end;
    return end;
  }

  @Override
  public long recoveryPoint() {
    return recoveryPoint;
  }

  @Override
  public String dropped() {
    return null;
  }

  @Override
  public long unflushedForMs() {
    return unflushedForMs;
  }

  @Override
  public CompletionStage<Long> enforceRetention(Executor shard) {
    return CompletableFuture.completedFuture(0L);
  }

  @Override
  public List<ProducerInfo> producers() {
    return List.of();
  }

  @Override
  public void expireProducers() {}

  @Override
  public void close() {}

  private record View(
      TestingPartitionLog log, long logStartOffset, long highWatermark, long logEndOffset)
      implements LogView {
    @Override
    public long lastStableOffset() {
      return highWatermark;
    }

    @Override
    public long sizeInBytes() {
      return logEndOffset - logStartOffset;
    }

    @Override
    public ReadResult tryRead(long offset, int bytesMax, boolean one, Isolation isolation) {
      log.reads++;
      if (log.failReads != null) {
        throw log.failReads;
      }
      return new ReadResult.NothingYet();
    }

    @Override
    public ReadResult read(long offset, int bytesMax, boolean one, Isolation isolation) {
      return new ReadResult.NothingYet();
    }

    @Override
    public long bytesAfter(long offset, Isolation isolation) {
      return logEndOffset - offset;
    }

    @Override
    public TimestampedOffset offsetForTimestamp(long timestampMs) {
      return null;
    }

    @Override
    public TimestampedOffset maxTimestamp() {
      return null;
    }

    @Override
    public int epochFor(long offset) {
      return 0;
    }

    @Override
    public int latestEpoch() {
      return 0;
    }

    @Override
    public LeaderEpochs epochs() {
      return LeaderEpochs.NONE;
    }

    @Override
    public EpochEnd endOffsetFor(int leaderEpoch) {
      return new EpochEnd(leaderEpoch, logEndOffset);
    }
  }
}
