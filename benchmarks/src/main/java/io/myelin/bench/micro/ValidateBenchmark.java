package io.myelin.bench.micro;

import io.myelin.log.record.BatchValidator;
import io.myelin.log.record.Verdict;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One verdict on one batch: CRC and every record, inflated where it is compressed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ValidateBenchmark {

  @Param({"none", "gzip", "snappy", "lz4", "zstd"})
  public String codec;

  /** Bytes of a record and of a whole batch before compression, as in the peer benchmark. */
  @Param({"100:16384", "1024:65536"})
  public String shape;

  private ByteBuffer batch;

  @Setup
  public void makeBatch() {
    String[] bytes = shape.split(":");
    batch = Batches.of(codec, Integer.parseInt(bytes[0]), Integer.parseInt(bytes[1]));
    if (!(validate() instanceof Verdict.Valid)) {
      throw new IllegalStateException("the batch was refused: " + validate());
    }
  }

  @Benchmark
  public Verdict validate() {
    return BatchValidator.validate(batch, Batches.PRODUCE_RULES, Batches.NOW_MS);
  }
}
