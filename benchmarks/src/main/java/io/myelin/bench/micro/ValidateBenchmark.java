package io.myelin.bench.micro;

import io.myelin.log.record.BatchValidator;
import io.myelin.log.record.Verdict;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** One verdict on one batch: CRC and every record, inflated where it is compressed. */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ValidateBenchmark extends HotLoop {

  @Param({"none", "gzip", "snappy", "lz4", "zstd"})
  public String codec;

  /** Bytes of a record and of a whole batch before compression, as in the peer benchmark. */
  @Param({"100:16384", "1024:65536"})
  public String shape;

  private ByteBuffer batch;

  @Setup
  public void makeBatch() {
    batch = Batches.of(codec, shape);
    if (!(validate() instanceof Verdict.Valid)) {
      throw new IllegalStateException("the batch was refused: " + validate());
    }
  }

  @Benchmark
  public Verdict validate() {
    return BatchValidator.validate(batch, Batches.PRODUCE_RULES, Batches.NOW_MS);
  }
}
