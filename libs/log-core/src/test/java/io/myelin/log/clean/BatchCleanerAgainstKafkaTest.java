package io.myelin.log.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.ReadResult.AbortedTransaction;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Same log, same passes, same bytes as Apache Kafka. A failure names its seed. */
class BatchCleanerAgainstKafkaTest {
  private static final int SEEDS = Integer.getInteger("corpus.seeds", 1500);
  private static final long DELETE_RETENTION_MS = 60_000;
  private static final long MAP_BYTES = 100_000;

  @TempDir Path directory;

  @Test
  void leavesTheSameBytesAsKafkaPassAfterPass() throws IOException, GeneralSecurityException {
    long bytesIn = 0;
    long bytesOut = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      RandomLog log = new RandomLog(seed);
      List<AbortedTransaction> aborted = log.aborted;
      ByteBuffer bytes = log.bytes();
      bytesIn += bytes.remaining();
      long firstDirty = log.random.nextInt(3) == 0 ? log.random.nextLong(log.endOffset()) : 0;
      // The second pass comes before the delete horizons, the third after them.
      for (long laterMs : new long[] {0, DELETE_RETENTION_MS / 2, 2 * DELETE_RETENTION_MS}) {
        String when = "seed " + seed + ", " + laterMs + " ms later";
        long nowMs = RandomLog.NOW_MS + laterMs;
        KafkaCleanerOracle kafka = new KafkaCleanerOracle();
        kafka.index(bytes.duplicate(), firstDirty, log.endOffset(), aborted);
        ByteBuffer theirs =
            kafka.clean(
                bytes.duplicate(),
                log.endOffset(),
                aborted,
                log.producers,
                nowMs,
                DELETE_RETENTION_MS,
                indexFile());

        OffsetMap map = new OffsetMap(MAP_BYTES, 0.9, seed, 2);
        index(map, bytes, firstDirty, log, aborted);
        TransactionTracker transactions = new TransactionTracker();
        transactions.addAborted(aborted);
        BatchCleaner cleaner =
            new BatchCleaner(
                map, transactions, log.producers, log.endOffset(), nowMs, DELETE_RETENTION_MS);
        ByteBuffer ours = clean(cleaner, bytes, log.random);

        assertThat(map.latestOffset()).as(when).isEqualTo(kafka.map.latestOffset());
        assertThat(map.size()).as(when).isEqualTo(kafka.map.size());
        assertThat(ours).as(when).isEqualTo(theirs);
        aborted = transactions.takeRetained();
        assertThat(aborted).as(when).isEqualTo(kafka.retainedAborted);
        bytes = ours;
      }
      bytesOut += bytes.remaining();
    }
    assertThat(bytesOut).as("something was cleaned").isBetween(1L, bytesIn / 2);
  }

  private File indexFile() {
    return directory.resolve("0.txnindex").toFile();
  }

  private static void index(
      OffsetMap map,
      ByteBuffer bytes,
      long firstDirty,
      RandomLog log,
      List<AbortedTransaction> aborted) {
    TransactionTracker transactions = new TransactionTracker();
    transactions.addAborted(aborted);
    OffsetMapBuilder builder = new OffsetMapBuilder(map, firstDirty, transactions);
    builder.index(bytes.duplicate());
    builder.endSegment(log.endOffset());
  }

  /** In chunks of any size, as a disk might read them. */
  private static ByteBuffer clean(BatchCleaner cleaner, ByteBuffer bytes, RandomGenerator random)
      throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    ByteBuffer source = bytes.duplicate();
    int window = 1;
    while (source.hasRemaining()) {
      ByteBuffer chunk = source.slice(source.position(), Math.min(window, source.remaining()));
      cleaner.clean(
          chunk,
          batch -> {
            byte[] copy = new byte[batch.remaining()];
            batch.get(batch.position(), copy);
            target.write(copy);
          });
      source.position(source.position() + chunk.position());
      window = chunk.position() == 0 ? 2 * window : 1 + random.nextInt(2000);
    }
    return ByteBuffer.wrap(target.toByteArray());
  }

  @Test
  void aFullMapCleansAsFarAsItHasSeen() throws IOException {
    for (long seed = 0; seed < 200; seed++) {
      RandomLog log = new RandomLog(seed);
      OffsetMap map = new OffsetMap(4 * OffsetMap.BYTES_PER_SLOT, 0.8, seed, 2);
      TransactionTracker tracker = new TransactionTracker();
      tracker.addAborted(log.aborted);
      OffsetMapBuilder builder = new OffsetMapBuilder(map, 0, tracker);
      builder.index(log.bytes());
      builder.endSegment(log.endOffset());
      TransactionTracker transactions = new TransactionTracker();
      transactions.addAborted(log.aborted);
      BatchCleaner cleaner =
          new BatchCleaner(
              map, transactions, log.producers, log.endOffset(), RandomLog.NOW_MS, 60_000);
      ByteBuffer cleaned = clean(cleaner, log.bytes(), log.random);

      assertThat(LastValues.of(cleaned, log.aborted))
          .as("seed " + seed + ", full " + builder.isFull())
          .isEqualTo(LastValues.of(log.bytes(), log.aborted));
    }
  }
}
