package io.myelin.log.clean;

import io.myelin.log.ReadResult.AbortedTransaction;
import io.myelin.log.record.BatchBuilder;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.CompressionType;
import io.myelin.log.record.Header;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A log of a compacted topic by seed: plain, idempotent and transactional producers interleaved.
 */
final class RandomLog {
  static final long NOW_MS = 1_000_000_000L;
  private static final int KEYS = 8;
  private static final int PRODUCERS = 4;
  private static final short EPOCH = 2;

  final RandomGenerator random;
  final List<AbortedTransaction> aborted = new ArrayList<>();
  final Map<Long, BatchCleaner.LastRecord> producers = new HashMap<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  // First offsets of open transactions; -1 for one that has no batch yet.
  private final Map<Long, Long> open = new TreeMap<>();
  private long endOffset;

  RandomLog(long seed) {
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int batches = 1 + random.nextInt(40);
    for (int i = 0; i < batches; i++) {
      long producerId = random.nextInt(PRODUCERS);
      switch (random.nextInt(6)) {
        case 0, 1 -> data(BatchLayout.NO_PRODUCER_ID, false);
        case 2 -> data(PRODUCERS + producerId, false);
        case 3, 4 -> {
          open.putIfAbsent(producerId, endOffset);
          data(producerId, true);
        }
        default -> endTransaction(producerId);
      }
      if (random.nextInt(15) == 0) {
        endOffset += random.nextInt(5);
      }
    }
    producers.values().removeIf(_ -> random.nextInt(3) == 0);
  }

  ByteBuffer bytes() {
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  long endOffset() {
    return endOffset;
  }

  private void data(long producerId, boolean transactional) {
    CompressionType[] codecs = CompressionType.values();
    BatchBuilder batch =
        new BatchBuilder()
            .baseOffset(endOffset)
            .leaderEpoch(1)
            .compression(codecs[random.nextInt(codecs.length)]);
    if (producerId >= 0) {
      batch.producer(producerId, EPOCH, random.nextInt(1000));
    }
    if (transactional) {
      batch.transactional();
    }
    if (random.nextInt(8) == 0) {
      batch.logAppendTime(NOW_MS - random.nextInt(1000));
    }
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      ByteBuffer key = random.nextInt(25) == 0 ? null : utf8("key" + random.nextInt(KEYS));
      ByteBuffer value = random.nextInt(4) == 0 ? null : utf8("v".repeat(random.nextInt(50)));
      List<Header> headers =
          random.nextInt(5) == 0 ? List.of(new Header("h", utf8("x"))) : List.of();
      batch.append(NOW_MS - random.nextInt(10_000), key, value, headers);
    }
    add(batch);
    if (producerId >= 0) {
      producers.put(producerId, new BatchCleaner.LastRecord(endOffset - 1, EPOCH));
    }
  }

  /** A transaction may be one without any batch. */
  private void endTransaction(long producerId) {
    boolean commit = random.nextBoolean();
    Long first = open.remove(producerId);
    ByteBuffer key = ByteBuffer.allocate(4).putShort((short) 0).putShort((short) (commit ? 1 : 0));
    ByteBuffer value = ByteBuffer.allocate(6).putShort((short) 0).putInt(3);
    if (first != null && !commit) {
      aborted.add(new AbortedTransaction(producerId, first, endOffset, first));
    }
    add(
        new BatchBuilder()
            .baseOffset(endOffset)
            .leaderEpoch(1)
            .producer(producerId, EPOCH, BatchLayout.NO_SEQUENCE)
            .transactional()
            .control()
            .append(NOW_MS, key.flip(), value.flip()));
    if (random.nextInt(3) == 0) {
      producers.put(producerId, new BatchCleaner.LastRecord(-1, EPOCH));
    }
  }

  private void add(BatchBuilder batch) {
    endOffset += batch.recordCount();
    ByteBuffer built = batch.build();
    bytes.write(built.array(), 0, built.limit());
  }

  static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
