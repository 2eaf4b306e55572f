package io.myelin.log.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import io.myelin.log.AppendResult.Appended;
import io.myelin.log.CorruptLogException;
import io.myelin.log.Isolation;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.ValidBatch;
import io.myelin.sim.DiskOperation;
import io.myelin.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * Logs whose last segment is not, or is, what an orderly stop left: no offset is ever given away
 * twice, and nothing is served behind the log end.
 */
class OrderlyStopPropertiesTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final Path FOLDER = DIRECTORY.resolve("t-0");
  private static final UUID TOPIC = new UUID(1, 2);
  private static final long T = 1_700_000_000_000L;

  private final LogConfig config = StoredLogTest.small(3_000, 256);
  private Random random;
  private SimDisk disk;
  private LogDirectory directory;
  private PartitionLog log;

  /** A log of some batches, stopped in order; answers its end. */
  private long stopped(long seed, int batches) throws IOException {
    random = new Random(seed);
    disk = new SimDisk(seed);
    TestingWorld world = start();
    for (int i = 0; i < batches; i++) {
      ValidBatch batch =
          random.nextBoolean()
              ? TestBatches.batch(1 + random.nextInt(4), T + i, random.nextInt(300))
              : TestBatches.idempotent(i, 0, 0, 1 + random.nextInt(4), T + i);
      assertThat(log.append(List.of(batch), 1).getFirst()).isInstanceOf(Appended.class);
    }
    world.runWorkers();
    directory.close();
    return log.view().logEndOffset();
  }

  private TestingWorld start() throws IOException {
    TestingWorld world = new TestingWorld(disk, 1);
    directory = world.open(DIRECTORY);
    log = directory.open("t", 0, TOPIC, config);
    return world;
  }

  private Path lastSegment() throws IOException {
    return FOLDER.resolve(
        disk.list(FOLDER).stream()
            .filter(name -> name.endsWith(FileNames.LOG))
            .max(String::compareTo)
            .orElseThrow());
  }

  private void putBehindTheEnd(ByteBuffer bytes) throws IOException {
    try (DiskFile file = disk.open(lastSegment(), OpenMode.READ_WRITE)) {
      file.write(bytes, file.size());
    }
  }

  private ByteBuffer content(Path file) throws IOException {
    try (DiskFile in = disk.open(file, OpenMode.READ)) {
      ByteBuffer all = ByteBuffer.allocate((int) in.size());
      in.read(all, 0);
      return all.flip();
    }
  }

  private static ByteBuffer batchAt(long offset, int records) {
    ByteBuffer batch = TestBatches.batch(records, T, 50).buffer();
    BatchLayout.assign(batch, batch.position(), offset, 1);
    return batch;
  }

  /** What is served is one batch behind the other up to the log end, and appends go on there. */
  private void isSoundUpTo(long end) throws IOException {
    assertThat(log.view().logEndOffset()).isEqualTo(end);
    assertThat(served()).isEqualTo(end);
    assertThat(log.append(List.of(TestBatches.batch(2, T, 10)), 1).getFirst())
        .isEqualTo(new Appended(end, end + 1, -1));
    assertThat(served()).isEqualTo(end + 2);
    directory.close();
    start();
    assertThat(log.recoveryPoint()).isEqualTo(end + 2);
    assertThat(served()).isEqualTo(end + 2);
  }

  /** The offset behind the last record that can be read. */
  private long served() throws IOException {
    long next = 0;
    while (log.view().read(next, 2_000, true, Isolation.LOG_END)
        instanceof ReadResult.Records records) {
      ByteBuffer bytes = StoredLogTest.content(records);
      records.slice().release();
      for (RecordBatch batch : MemoryRecords.readableRecords(bytes).batches()) {
        batch.ensureValid();
        assertThat(batch.baseOffset()).isLessThanOrEqualTo(next);
        next = batch.nextOffset();
      }
    }
    return next;
  }

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void aLogThatIsAsItWasIsTakenAsItIs(@ForAll long seed, @ForAll @IntRange(max = 40) int batches)
      throws IOException {
    long end = stopped(seed, batches);

    start();

    assertThat(log.recoveryPoint()).isEqualTo(end);
    isSoundUpTo(end);
  }

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void batchesThatCameBackBehindTheEndBelongToTheLog(
      @ForAll long seed,
      @ForAll @IntRange(max = 40) int batches,
      @ForAll @IntRange(min = 1, max = 10) int more)
      throws IOException {
    long end = stopped(seed, batches);
    long longer = end;
    for (int i = 0; i < more; i++) {
      int records = 1 + random.nextInt(4);
      putBehindTheEnd(batchAt(longer, records));
      longer += records;
    }

    start();

    assertThat(log.recoveryPoint()).as("what was flushed").isEqualTo(end);
    isSoundUpTo(longer);
  }

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void whatIsNoContinuationBehindTheEndIsCutOff(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int batches,
      @ForAll @IntRange(max = 3) int kind)
      throws IOException {
    long end = stopped(seed, batches);
    switch (kind) {
      case 0 -> putBehindTheEnd(noise());
      case 1 -> putBehindTheEnd(ByteBuffer.allocate(1 + random.nextInt(500)));
      case 2 -> putBehindTheEnd(batchAt(random.nextLong(end), 1));
      default -> {
        ByteBuffer torn = batchAt(end, 3);
        torn.put(torn.limit() - 1, (byte) ~torn.get(torn.limit() - 1));
        putBehindTheEnd(torn);
      }
    }

    start();

    isSoundUpTo(end);
  }

  private ByteBuffer noise() {
    byte[] bytes = new byte[1 + random.nextInt(500)];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void aLogThatCameBackShorterIsRefusedAndLeftAlone(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int batches) throws IOException {
    stopped(seed, batches);
    Path last = lastSegment();
    ByteBuffer whole = content(last);
    if (!whole.hasRemaining()) {
      return; // it had just been rolled
    }
    int left = random.nextInt(whole.remaining());
    try (DiskFile file = disk.open(last, OpenMode.READ_WRITE)) {
      file.truncate(left);
    }

    assertThatThrownBy(this::start)
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("Restore");

    assertThat(content(last)).isEqualTo(whole.limit(left));
  }

  @Property(tries = 50, shrinking = ShrinkingMode.OFF)
  void aMissingIndexOrSnapshotIsMadeAnew(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int batches) throws IOException {
    long end = stopped(seed, batches);
    String lost = random.nextBoolean() ? FileNames.INDEX : FileNames.SNAPSHOT;
    for (String name : disk.list(FOLDER)) {
      if (name.endsWith(lost)) {
        disk.deleteIfExists(FOLDER.resolve(name));
      }
    }

    start();

    isSoundUpTo(end);
  }

  @Example
  void onlyTheEndOfALogIsReadThatIsAsItWas() throws IOException {
    stopped(1, 0);
    start();
    for (int i = 0; i < 20; i++) {
      log.append(List.of(TestBatches.batch(1, T, 50)), 1);
    }
    assertThat(content(lastSegment()).remaining()).isGreaterThan(4 * config.indexIntervalBytes());
    directory.close();
    int[] reads = new int[1];
    disk.faults()
        .failWhen(
            (operation, path) -> {
              if (operation == DiskOperation.READ && path.startsWith(FOLDER)) {
                reads[0]++;
              }
              return false;
            });

    start();

    // The epochs, the topic's id, the snapshot, the last index entry, the batches behind it.
    assertThat(reads[0]).isLessThanOrEqualTo(5);
  }
}
