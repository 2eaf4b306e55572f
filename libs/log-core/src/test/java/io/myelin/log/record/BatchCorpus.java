package io.myelin.log.record;

import io.myelin.log.record.BatchRules.TargetCompression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/**
 * Good and bad batches by seed. About one in four is left good; the others carry one or two of the
 * faults below, at any level: in a number of a record, in the bytes under the codec, in the codec's
 * bytes, in the header (its CRC repaired or not), behind the batch. The broker's own batches have
 * no faults in the header: nobody checks them there.
 */
final class BatchCorpus {
  static final long NOW_MS = 1_000_000_000L;
  private static final long HOUR_MS = 3_600_000L;
  private static final int[] LIES = {-2, -1, 0, 1, 5, 63, 64, 300, 70_000, Integer.MAX_VALUE};
  private static final long[] TIMES = {
    NOW_MS, NOW_MS - 2 * HOUR_MS, NOW_MS + 2 * HOUR_MS, -1, 0, -5, Long.MAX_VALUE, Long.MIN_VALUE
  };
  private static final int CODECS_WITH_UNKNOWN = 8;

  private final RandomGenerator random;
  final CompressionType codec;
  final BatchRules rules;
  final byte[] bytes;

  BatchCorpus(long seed) {
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    CompressionType[] codecs = CompressionType.values();
    codec = codecs[random.nextInt(codecs.length)];
    rules = someRules();
    bytes = someBytes();
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private BatchRules someRules() {
    CompressionType[] codecs = CompressionType.values();
    CompressionType fixed = codecs[random.nextInt(codecs.length)];
    return new BatchRules(
        oneIn(10) ? 100 + random.nextInt(200) : 1 << 20,
        oneIn(4),
        oneIn(4),
        oneIn(2) ? Long.MAX_VALUE : HOUR_MS,
        HOUR_MS,
        oneIn(3)
            ? new TargetCompression.Fixed(fixed, fixed.defaultLevel())
            : new TargetCompression.Producers(),
        !oneIn(8));
  }

  private byte[] someBytes() {
    // What to spoil; 0 to 8 name the faults, anything above none.
    int fault = random.nextInt(12);
    int count = 1 + random.nextInt(6);
    byte[] records = someRecords(count, fault);
    if (fault == 1) {
      records = spoil(records);
    }
    byte[] packed = pack(records);
    if (fault == 2) {
      packed = spoil(packed);
    }
    ByteBuffer batch = header(packed, count);
    if ((fault == 3 || fault == 4) && rules.fromClient()) {
      spoilHeaderField(batch);
    } else if (fault == 5 && rules.fromClient()) {
      batch.array()[random.nextInt(batch.capacity())] ^= (byte) (1 << random.nextInt(8));
    }
    if (fault != 4) {
      seal(batch);
    }
    if (fault == 6) {
      // The broker's own batches may carry any base offset: it is assigned anyway.
      int from = rules.fromClient() ? BatchLayout.BASE_OFFSET : BatchLayout.LENGTH;
      batch.array()[random.nextInt(from, batch.capacity())] ^= (byte) (1 << random.nextInt(8));
    }
    return switch (fault) {
      case 7 -> Arrays.copyOf(batch.array(), random.nextInt(batch.capacity()));
      case 8 -> followed(batch);
      default -> batch.array();
    };
  }

  private byte[] someRecords(int count, int fault) {
    GrowableBytes records = new GrowableBytes(64);
    int victim = fault == 0 ? random.nextInt(count) : -1;
    boolean keys = !oneIn(5);
    for (int i = 0; i < count; i++) {
      writeRecord(records, i, keys && !oneIn(20), i == victim);
    }
    return Arrays.copyOf(records.array(), records.size());
  }

  private void writeRecord(GrowableBytes records, int index, boolean keyed, boolean victim) {
    int lie = victim ? random.nextInt(8) : -1;
    GrowableBytes body = new GrowableBytes(64);
    body.write(lie == 0 ? random.nextInt(256) : 0);
    body.writeVarlong(lie == 1 ? random.nextLong() >> random.nextInt(64) : random.nextInt(100));
    body.writeVarint(lie == 2 ? LIES[random.nextInt(LIES.length)] : index);
    writeBlob(body, keyed, lie == 3);
    writeBlob(body, !oneIn(5), lie == 4);
    int headers = oneIn(4) ? random.nextInt(3) : 0;
    body.writeVarint(lie == 5 ? LIES[random.nextInt(LIES.length)] : headers);
    for (int h = 0; h < headers; h++) {
      writeBlob(body, true, lie == 6 && oneIn(2));
      writeBlob(body, !oneIn(3), lie == 6 && oneIn(2));
    }
    records.writeVarint(lie == 7 ? lieAbout(body.size()) : body.size());
    records.write(body.array(), 0, body.size());
  }

  private int lieAbout(int size) {
    return oneIn(2) ? size + random.nextInt(7) - 3 : LIES[random.nextInt(LIES.length)];
  }

  private void writeBlob(GrowableBytes body, boolean present, boolean lie) {
    byte[] blob = new byte[present ? random.nextInt(oneIn(10) ? 3000 : 30) : 0];
    Arrays.fill(blob, (byte) 'a');
    body.writeVarint(lie ? lieAbout(blob.length) : present ? blob.length : -1);
    body.write(blob, 0, blob.length);
  }

  private byte[] spoil(byte[] whole) {
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(whole, random.nextInt(whole.length + 1));
      case 1 -> {
        byte[] longer = Arrays.copyOf(whole, whole.length + 1 + random.nextInt(40));
        for (int i = whole.length; i < longer.length; i++) {
          longer[i] = (byte) (oneIn(2) ? 0 : random.nextInt(256));
        }
        yield longer;
      }
      case 2 -> {
        byte[] twice = Arrays.copyOf(whole, 2 * whole.length);
        System.arraycopy(whole, 0, twice, whole.length, whole.length);
        yield twice;
      }
      default -> {
        byte[] flipped = whole.clone();
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
          flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        yield flipped;
      }
    };
  }

  private byte[] pack(byte[] records) {
    ByteBufferOutputStream packed = new ByteBufferOutputStream(256);
    ByteArrayOutputStream bare = new ByteArrayOutputStream();
    try (OutputStream out =
        codec == CompressionType.NONE
            ? bare
            : KafkaOracle.codec(codec, codec.defaultLevel()).wrapForOutput(packed, (byte) 2)) {
      if (codec == CompressionType.SNAPPY && oneIn(6)) {
        return org.xerial.snappy.Snappy.compress(records);
      }
      out.write(records);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (codec == CompressionType.NONE) {
      return bare.toByteArray();
    }
    return Arrays.copyOf(packed.buffer().array(), packed.position());
  }

  private ByteBuffer header(byte[] packed, int count) {
    ByteBuffer batch = ByteBuffer.allocate(BatchLayout.HEADER_BYTES + packed.length);
    boolean idempotent = oneIn(3);
    int flags = oneIn(20) ? BatchLayout.LOG_APPEND_TIME_FLAG : 0;
    flags |= oneIn(10) ? BatchLayout.TRANSACTIONAL_FLAG : 0;
    // Kafka forgets that a batch is a control batch when it recompresses it; no broker has to.
    boolean controlAllowed =
        rules.fromClient()
            || codec == CompressionType.NONE
                && rules.compression() instanceof TargetCompression.Producers;
    flags |= controlAllowed && oneIn(30) ? BatchLayout.CONTROL_FLAG : 0;
    flags |= oneIn(30) ? BatchLayout.DELETE_HORIZON_FLAG : 0;
    long time = oneIn(5) ? TIMES[random.nextInt(TIMES.length)] : NOW_MS;
    batch.putInt(BatchLayout.LENGTH, batch.capacity() - BatchLayout.PREFIX_BYTES);
    batch.putInt(BatchLayout.LEADER_EPOCH, -1);
    batch.put(BatchLayout.MAGIC, BatchLayout.CURRENT_MAGIC);
    batch.putShort(BatchLayout.ATTRIBUTES, (short) (codec.id() | flags));
    batch.putInt(BatchLayout.LAST_OFFSET_DELTA, count - 1);
    batch.putLong(BatchLayout.BASE_TIMESTAMP, time);
    batch.putLong(BatchLayout.MAX_TIMESTAMP, oneIn(3) ? time : time + random.nextInt(100));
    batch.putLong(BatchLayout.PRODUCER_ID, idempotent ? random.nextInt(100) : -1);
    batch.putShort(BatchLayout.PRODUCER_EPOCH, (short) (idempotent ? 0 : -1));
    batch.putInt(BatchLayout.BASE_SEQUENCE, idempotent ? random.nextInt(100) : -1);
    batch.putInt(BatchLayout.RECORD_COUNT, count);
    batch.put(BatchLayout.RECORDS, packed);
    return batch;
  }

  private void spoilHeaderField(ByteBuffer batch) {
    int lie = LIES[random.nextInt(LIES.length)];
    switch (random.nextInt(12)) {
      case 0 -> batch.putLong(BatchLayout.BASE_OFFSET, random.nextInt(10));
      case 1 -> batch.putInt(BatchLayout.LENGTH, lie);
      case 2 -> batch.putInt(BatchLayout.LENGTH, random.nextInt(batch.capacity() + 20));
      case 3 -> batch.put(BatchLayout.MAGIC, (byte) (random.nextInt(6) - 1));
      case 4 -> batch.putShort(BatchLayout.ATTRIBUTES, (short) random.nextInt(1 << 16));
      case 5 -> {
        int flags = BatchLayout.attributes(batch, 0) & ~BatchLayout.COMPRESSION_MASK;
        batch.putShort(
            BatchLayout.ATTRIBUTES, (short) (flags | random.nextInt(CODECS_WITH_UNKNOWN)));
      }
      case 6 -> batch.putInt(BatchLayout.LAST_OFFSET_DELTA, lie);
      case 7 -> batch.putLong(BatchLayout.BASE_TIMESTAMP, TIMES[random.nextInt(TIMES.length)]);
      case 8 -> batch.putLong(BatchLayout.MAX_TIMESTAMP, TIMES[random.nextInt(TIMES.length)]);
      case 9 -> batch.putLong(BatchLayout.PRODUCER_ID, random.nextInt(4) - 2);
      case 10 -> batch.putInt(BatchLayout.BASE_SEQUENCE, random.nextInt(4) - 2);
      default -> {
        batch.putInt(BatchLayout.RECORD_COUNT, lie);
        if (oneIn(2)) {
          batch.putInt(BatchLayout.LAST_OFFSET_DELTA, lie - 1);
        }
      }
    }
  }

  /** As far as its length can be believed. */
  private static void seal(ByteBuffer batch) {
    long size = (long) batch.getInt(BatchLayout.LENGTH) + BatchLayout.PREFIX_BYTES;
    if (size >= BatchLayout.ATTRIBUTES && size <= batch.capacity()) {
      BatchBuilder.sealCrc(batch, 0, (int) size);
    }
  }

  private byte[] followed(ByteBuffer batch) {
    byte[] tail = new byte[random.nextInt(80)];
    if (oneIn(2)) {
      tail = Arrays.copyOf(batch.array(), random.nextInt(2 * batch.capacity()));
    } else if (oneIn(2)) {
      random.nextBytes(tail);
    }
    byte[] both = Arrays.copyOf(batch.array(), batch.capacity() + tail.length);
    System.arraycopy(tail, 0, both, batch.capacity(), tail.length);
    return both;
  }
}
