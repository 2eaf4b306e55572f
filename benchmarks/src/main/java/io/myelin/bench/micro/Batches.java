package io.myelin.bench.micro;

import io.myelin.log.record.BatchRules;
import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Batches as Kafka's own client makes them. */
final class Batches {
  static final long NOW_MS = 1_795_381_200_000L;

  static final BatchRules PRODUCE_RULES =
      new BatchRules(
          1 << 20,
          false,
          false,
          Long.MAX_VALUE,
          3_600_000,
          new BatchRules.TargetCompression.Producers(),
          true);

  private Batches() {}

  /**
   * @param shape bytes of a record and of a whole batch before compression: {@code 100:16384}
   */
  static ByteBuffer of(String codec, String shape) {
    String[] bytes = shape.split(":");
    return of(codec, Integer.parseInt(bytes[0]), Integer.parseInt(bytes[1]));
  }

  /** Values of letters, as Kafka's performance tool sends them; half of each is the same. */
  static ByteBuffer of(String codec, int recordBytes, int batchBytes) {
    Random random = new Random(1);
    SimpleRecord[] records = new SimpleRecord[Math.max(1, batchBytes / (recordBytes + 10))];
    for (int i = 0; i < records.length; i++) {
      byte[] value = new byte[recordBytes];
      for (int at = recordBytes / 2; at < recordBytes; at++) {
        value[at] = (byte) ('A' + random.nextInt(26));
      }
      records[i] = new SimpleRecord(NOW_MS, null, value);
    }
    ByteBuffer made =
        MemoryRecords.withRecords(Compression.of(CompressionType.forName(codec)).build(), records)
            .buffer();
    // Outside of the heap, where the network front has them.
    return ByteBuffer.allocateDirect(made.remaining()).put(made).flip();
  }
}
