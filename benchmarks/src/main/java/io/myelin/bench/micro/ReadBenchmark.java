package io.myelin.bench.micro;

import io.myelin.log.Isolation;
import io.myelin.log.LogView;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import io.myelin.log.record.ValidBatch;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What one partition of a fetch asks of the log: the place of its records, and a slice of the
 * segment's file; the bytes themselves are the kernel's. {@code recent}: an event loop finds what
 * was written last in memory. {@code old}: a reader searches indexes and headers, and has the
 * kernel look that it has the slice in the page cache, as it does.
 */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReadBenchmark extends HotLoop {
  private static final String SHAPE = "1024:16384";
  private static final int BATCHES = 4096;

  /** Half of what memory knows the places of. */
  private static final int RECENT_BATCHES = 256;

  private static final int FETCH_BYTES_MAX = 1 << 20;

  private BenchmarkLog target;
  private LogView view;
  private int recordsPerBatch;
  private int next;

  @Setup
  public void fill() throws IOException {
    target = new BenchmarkLog();
    PartitionLog log = target.log();
    List<ValidBatch> one = BenchmarkLog.batches(SHAPE, 1);
    for (int i = 0; i < BATCHES; i++) {
      log.append(one, 0);
    }
    view = log.view();
    recordsPerBatch = (int) (view.logEndOffset() / BATCHES);
    if (!(view.tryRead(recentOffset(), FETCH_BYTES_MAX, true, Isolation.LOG_END)
            instanceof ReadResult.Records recent)
        || !(view.tryRead(oldOffset(), FETCH_BYTES_MAX, true, Isolation.LOG_END)
            instanceof ReadResult.Cold)) {
      throw new IllegalStateException("what is recent is not what it was thought to be");
    }
    recent.slice().release();
  }

  @TearDown
  public void close() throws IOException {
    target.close();
  }

  private long recentOffset() {
    return (long) (BATCHES - 1 - next++ % RECENT_BATCHES) * recordsPerBatch;
  }

  private long oldOffset() {
    return (long) (next++ % (BATCHES / 2)) * recordsPerBatch;
  }

  @Benchmark
  public int recent() {
    return length(view.tryRead(recentOffset(), FETCH_BYTES_MAX, true, Isolation.LOG_END));
  }

  @Benchmark
  public int old() throws IOException {
    return length(view.read(oldOffset(), FETCH_BYTES_MAX, true, Isolation.LOG_END));
  }

  private static int length(ReadResult result) {
    ReadResult.Records records = (ReadResult.Records) result;
    int length = records.slice().length();
    records.slice().release();
    return length;
  }
}
