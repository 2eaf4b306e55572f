package io.myelin.bench.micro;

import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.log.AppendResult;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogDirectorySettings;
import io.myelin.log.PartitionLog;
import io.myelin.log.record.BatchValidator;
import io.myelin.log.record.ValidBatch;
import io.myelin.log.record.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One group commit into the page cache. The log is emptied before it fills the disk, within the
 * measured time: a truncation for every gigabyte.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AppendBenchmark {
  private static final long BYTES_MAX = 1L << 30;

  @Param({"100:16384", "1024:65536"})
  public String shape;

  @Param({"1", "8"})
  public int batchesPerCommit;

  private final List<ValidBatch> batches = new ArrayList<>();
  private Environment environment;
  private Path path;
  private LogDirectory directory;
  private PartitionLog log;
  private long commitBytes;
  private long written;

  @Setup(Level.Trial)
  public void open() throws IOException {
    environment = JdkEnvironment.create();
    path = Files.createTempDirectory("myelin-append-");
    directory =
        LogDirectory.open(environment, path, LogDirectorySettings.of("4L6g3nShT-eMCtK--X86sw", 1));
    log = directory.open("appended", 0, UUID.randomUUID(), LogConfig.DEFAULT);
    String[] bytes = shape.split(":");
    for (int i = 0; i < batchesPerCommit; i++) {
      Verdict verdict =
          BatchValidator.validate(
              Batches.of("none", Integer.parseInt(bytes[0]), Integer.parseInt(bytes[1])),
              Batches.PRODUCE_RULES,
              Batches.NOW_MS);
      ValidBatch batch = ((Verdict.Valid) verdict).batch();
      batches.add(batch);
      commitBytes += batch.sizeInBytes();
    }
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    directory.close();
    environment.close();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Benchmark
  public List<AppendResult> append() throws IOException {
    if (written > BYTES_MAX) {
      log.truncateFullyAndStartAt(0);
      written = 0;
    }
    written += commitBytes;
    return log.append(batches, 0);
  }
}
