package io.myelin.bench.micro;

import io.myelin.log.AppendResult;
import io.myelin.log.record.ValidBatch;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One group commit into the page cache. The log is emptied before it fills the disk, within the
 * measured time: a truncation for every gigabyte.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AppendBenchmark extends HotLoop {
  private static final long BYTES_MAX = 1L << 30;

  @Param({"100:16384", "1024:65536"})
  public String shape;

  @Param({"1", "8"})
  public int batchesPerCommit;

  private BenchmarkLog target;
  private List<ValidBatch> batches;
  private long commitBytes;
  private long written;

  @Setup(Level.Trial)
  public void open() throws IOException {
    target = new BenchmarkLog();
    batches = BenchmarkLog.batches(shape, batchesPerCommit);
    commitBytes = batches.stream().mapToLong(ValidBatch::sizeInBytes).sum();
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    target.close();
  }

  @Benchmark
  public List<AppendResult> append() throws IOException {
    if (written > BYTES_MAX) {
      target.log().truncateFullyAndStartAt(0);
      written = 0;
    }
    written += commitBytes;
    return target.log().append(batches, 0);
  }
}
