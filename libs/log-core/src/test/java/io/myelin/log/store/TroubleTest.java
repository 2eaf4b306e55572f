package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static io.myelin.log.store.TestBatches.marker;
import static io.myelin.log.store.TestBatches.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.env.Disk;
import io.myelin.env.DiskFile;
import io.myelin.log.AppendResult;
import io.myelin.log.AppendResult.Appended;
import io.myelin.log.CorruptLogException;
import io.myelin.log.Isolation;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogView;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.ValidBatch;
import io.myelin.sim.Crash;
import io.myelin.sim.DiskOperation;
import io.myelin.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Disks and files that are not as they should be: nothing is lost that could have been kept. */
class TroubleTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final Path FOLDER = DIRECTORY.resolve("t-0");
  private static final UUID TOPIC = new UUID(1, 2);
  private static final UUID RECREATED = new UUID(3, 4);
  private static final long T = 1_700_000_000_000L;
  private static final long PLENTY = 1L << 40;

  private final SimDisk disk = new SimDisk(11);
  private final LogConfig config = StoredLogTest.small(10_000, 1024);
  private TestingWorld world;
  private LogDirectory directory;
  private PartitionLog log;

  @BeforeEach
  void start() throws IOException {
    world = new TestingWorld(disk, 1);
    directory = world.open(DIRECTORY);
    log = directory.open("t", 0, TOPIC, config);
  }

  private AppendResult append(ValidBatch batch) {
    return log.append(List.of(batch), 0).getFirst();
  }

  private void fill(int batches) {
    for (int i = 0; i < batches; i++) {
      assertThat(append(batch(5, T + i, 100))).isInstanceOf(Appended.class);
    }
    log.advanceHighWatermark(log.view().logEndOffset());
    world.runWorkers();
  }

  private void fillDisk() throws IOException {
    disk.setCapacity(disk.totalBytes(DIRECTORY) - disk.usableBytes(DIRECTORY));
  }

  @Test
  void writingResumesWhenThereIsRoomAgainWhateverWasTriedMeanwhile() throws IOException {
    fill(10);
    long end = log.view().logEndOffset();
    fillDisk();
    for (int i = 0; i < 50; i++) {
      assertThat(append(batch(5, T, 100))).isInstanceOf(AppendResult.StorageFull.class);
    }
    assertThatThrownBy(log::flush).isInstanceOf(IOException.class);
    log.enforceRetention(Runnable::run);
    world.runWorkers();
    assertThatThrownBy(directory::checkpoint).isInstanceOf(IOException.class);
    assertThat(log.failure()).isNull();
    assertThat(log.view().read(0, 100, true, Isolation.LOG_END))
        .isInstanceOf(ReadResult.Records.class);

    disk.setCapacity(PLENTY);

    assertThat(append(batch(5, T, 100))).isEqualTo(new Appended(end, end + 4, -1));
    assertThat(log.flush()).isEqualTo(end + 5);
    directory.checkpoint();
    directory.close();
    start();
    assertThat(log.view().logEndOffset()).isEqualTo(end + 5);
  }

  @Test
  void aForceWithoutRoomTakesTheLogOfflineAndNoLaterOneAnswersForIt() throws IOException {
    fill(3);
    log.flush();
    disk.allocateLate(true);
    fillDisk();
    fill(3);
    assertThatThrownBy(log::flush).hasMessageContaining("no space left");

    disk.setCapacity(PLENTY);

    assertThat(log.failure()).isNotNull();
    assertThat(append(batch(5, T, 100))).isInstanceOf(AppendResult.Failed.class);
    assertThatThrownBy(log::flush).hasMessageContaining("is offline since an earlier error");
    assertThat(log.recoveryPoint()).isEqualTo(15);
  }

  @Test
  void whatAForceLeftOutIsWrittenAnewByTheNextProcessBeforeItsForcesCount() throws IOException {
    fill(3);
    log.flush();
    directory.checkpoint();
    fill(20); // and beyond the segment
    disk.faults().failWhen((operation, path) -> operation == DiskOperation.FORCE);
    assertThatThrownBy(log::flush).isInstanceOf(IOException.class);
    disk.faults().heal();
    disk.crash(Crash.PROCESS_KILL);

    start();
    assertThat(log.view().logEndOffset()).isEqualTo(115);
    assertThat(log.flush()).isEqualTo(115);
    directory.checkpoint();
    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);

    start();
    assertThat(log.view().logEndOffset()).isEqualTo(115);
  }

  @Test
  void whatIsInTheLogIsFlushedThoughTheDiskHasNoRoomForItsIndexes() throws IOException {
    fill(1);
    log.flush();
    for (String name : List.of("00000000000000000000.index", "00000000000000000000.timeindex")) {
      disk.deleteIfExists(FOLDER.resolve(name));
    }
    fill(10);
    fillDisk();

    assertThat(log.flush()).isEqualTo(55);

    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    disk.setCapacity(PLENTY);
    start();
    assertThat(log.view().logEndOffset()).isEqualTo(55);
  }

  @Test
  void aPartitionThatCannotBeMadeOnAFullDiskLeavesNothingAndIsMadeWhenThereIsRoom()
      throws IOException {
    fillDisk();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> directory.open("u", 0, RECREATED, config))
          .isInstanceOf(IOException.class);
    }
    assertThat(disk.list(DIRECTORY)).noneMatch(name -> name.startsWith("u-0"));

    disk.setCapacity(PLENTY);

    PartitionLog made = directory.open("u", 0, RECREATED, config);
    assertThat(made.append(List.of(batch(1, T, 10)), 0).getFirst()).isInstanceOf(Appended.class);
  }

  @Test
  void aLogThatCannotBeRecoveredForNowIsWholeWhenItIsOpenedAgain() throws IOException {
    fill(40);
    disk.crash(Crash.PROCESS_KILL);
    world = new TestingWorld(disk, 2);
    directory = world.open(DIRECTORY);
    disk.faults().failWhen((operation, path) -> path.startsWith(FOLDER));
    assertThatThrownBy(() -> directory.open("t", 0, TOPIC, config)).isInstanceOf(IOException.class);

    disk.faults().heal();

    assertThat(directory.open("t", 0, TOPIC, config).view().logEndOffset()).isEqualTo(200);
  }

  @Test
  void flushedRecordsThatWereCutOffDoNotComeBackBehindARoll() throws IOException {
    fill(20);
    log.flush();
    long second =
        disk.list(FOLDER).stream()
            .filter(name -> FileNames.is(name, FileNames.LOG))
            .mapToLong(FileNames::offsetOf)
            .max()
            .orElseThrow();
    long cut = second - 5;
    log.truncateTo(cut);
    assertThat(append(batch(5, T, 1500))).isEqualTo(new Appended(cut, cut + 4, -1));
    world.runWorkers();
    log.flush();
    assertThat(disk.list(FOLDER)).as("rolled").contains(FileNames.of(cut, FileNames.LOG));

    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    start();

    assertThat(log.view().logEndOffset()).isEqualTo(cut + 5);
  }

  @Test
  void retentionOnAFullDiskKeepsTheLogOnline() throws IOException {
    fill(40); // several segments, the last one partly filled
    log.flush();
    world.passTime(config.retentionMs() + 1000);
    fillDisk();

    CompletableFuture<Long> freed = log.enforceRetention(Runnable::run).toCompletableFuture();
    world.runWorkers();

    assertThat(freed).isCompleted();
    assertThat(freed.join()).isPositive();
    assertThat(log.failure()).isNull();
  }

  @Test
  void aTopicIsDeletedFromAFullDiskAndItsNameCanBeUsedAgain() throws IOException {
    fill(10);
    log.flush();
    directory.checkpoint();
    fillDisk();

    directory.delete("t", 0);
    world.passTime(config.fileDeleteDelayMs() + 1);
    assertThat(disk.exists(FOLDER)).isFalse();
    disk.setCapacity(PLENTY);
    directory.open("t", 0, RECREATED, config);
    // Its old recovery point would call the new log damaged.
    disk.crash(Crash.PROCESS_KILL);
    world = new TestingWorld(disk, 2);
    log = world.open(DIRECTORY).open("t", 0, RECREATED, config);

    assertThat(log.view().logEndOffset()).isZero();
  }

  @Test
  void deletingWhatWasNeverOpenedIsNoError() throws IOException {
    directory.delete("other", 3);

    assertThat(directory.stored()).hasSize(1);
  }

  @Test
  void aDeletedLogWritesNothingIntoTheFolderOfItsSuccessor() throws IOException {
    fill(40);
    PartitionLog old = log;
    world.passTime(config.retentionMs() + 1000);
    ArrayDeque<Runnable> shard = new ArrayDeque<>();
    old.enforceRetention(shard::add);
    shard.poll().run(); // rolled
    world.runWorkers(); // sealed
    shard.poll().run(); // detached; the files wait for a worker
    directory.delete("t", 0);
    log = directory.open("t", 0, RECREATED, config);
    fill(3);
    List<String> files = disk.list(FOLDER);

    world.runWorkers();
    assertThatThrownBy(old::flush).hasMessageContaining("is closed");
    assertThat(old.append(List.of(batch(1, T, 10)), 0).getFirst())
        .isInstanceOf(AppendResult.Failed.class);

    assertThat(disk.list(FOLDER)).containsAll(files);
    assertThat(log.view().read(0, 100, true, Isolation.LOG_END))
        .isInstanceOf(ReadResult.Records.class);
  }

  @Test
  void nothingIsAppendedAfterTheMarkOfACleanStop() throws IOException {
    fill(3);
    directory.close();

    assertThat(append(batch(1, T, 10))).isInstanceOf(AppendResult.Failed.class);
    assertThatThrownBy(() -> directory.open("u", 0, TOPIC, config))
        .hasMessageContaining("is closed");
    start();
    assertThat(log.view().logEndOffset()).isEqualTo(15);
  }

  @Test
  void anUnexpectedErrorInAnAppendTakesTheLogOffline() {
    ValidBatch bad = new ValidBatch(null, 1, 0, T, 0, -1, (short) -1, -1, (short) 0);

    assertThatThrownBy(() -> log.append(List.of(batch(1, T, 10), bad), 0))
        .isInstanceOf(NullPointerException.class);
    assertThat(log.failure()).isInstanceOf(NullPointerException.class);
    assertThat(append(batch(1, T, 10))).isInstanceOf(AppendResult.Failed.class);
  }

  @Test
  void retentionSparesWhatWasAppendedAfterItLooked() throws IOException {
    log.configure(keeping(1000));
    fill(2);
    log.flush();
    world.passTime(2000);
    ArrayDeque<Runnable> shard = new ArrayDeque<>();
    log.enforceRetention(shard::add);
    assertThat(shard).isNotEmpty();

    append(batch(1, world.wallMs(), 10));
    log.flush();
    log.advanceHighWatermark(log.view().logEndOffset());
    shard.forEach(Runnable::run);
    world.runWorkers();

    assertThat(log.view().logStartOffset()).isZero();
  }

  private LogConfig keeping(long retentionMs) {
    return new LogConfig(
        config.segmentBytes(),
        config.segmentMs(),
        config.segmentJitterMs(),
        config.segmentIndexBytes(),
        config.indexIntervalBytes(),
        config.retentionBytes(),
        retentionMs,
        config.delete(),
        config.compact(),
        config.minCleanableDirtyRatio(),
        config.minCompactionLagMs(),
        config.maxCompactionLagMs(),
        config.deleteRetentionMs(),
        config.fileDeleteDelayMs(),
        config.flushMessages(),
        config.flushMs(),
        config.preallocate(),
        config.producerIdExpirationMs());
  }

  @Test
  void readsTheRightBatchesWhateverTheOffsetIndexSays() throws IOException {
    fill(40);
    directory.close();
    for (String name : disk.list(FOLDER)) {
      if (name.endsWith(".index")) {
        garble(FOLDER.resolve(name));
      }
    }
    start();
    long end = log.view().logEndOffset();
    assertThat(end).isEqualTo(200);
    for (long offset = 0; offset < end; offset += 5) {
      ReadResult result = log.view().read(offset, 10, true, Isolation.LOG_END);
      assertThat(result).as("offset %d", offset).isInstanceOf(ReadResult.Records.class);
      ReadResult.Records records = (ReadResult.Records) result;
      assertThat(BatchLayout.baseOffset(StoredLogTest.content(records), 0)).isEqualTo(offset);
      records.slice().release();
    }
  }

  @Test
  void findsTheRightTimestampsWhateverTheTimeIndexSays() throws IOException {
    fill(40);
    directory.close();
    for (String name : disk.list(FOLDER)) {
      if (name.endsWith(".timeindex")) {
        garble(FOLDER.resolve(name));
      }
    }
    start();
    // Batch b has the timestamps from T + b to T + b + 4.
    for (int ms = 0; ms < 44; ms++) {
      int batch = Math.max(0, ms - 4);
      assertThat(log.view().offsetForTimestamp(T + ms))
          .as("T + %d", ms)
          .isEqualTo(new LogView.TimestampedOffset(5 * batch + ms - batch, T + ms, 0));
    }
    assertThat(log.view().offsetForTimestamp(T + 44)).isNull();
    assertThat(log.view().maxTimestamp().timestampMs()).isEqualTo(T + 43);
    world.passTime(1);
    log.enforceRetention(Runnable::run);
    world.runWorkers();
    assertThat(log.view().logStartOffset()).as("nothing is old enough").isZero();
  }

  private void garble(Path file) throws IOException {
    try (DiskFile index = disk.open(file, Disk.OpenMode.READ_WRITE)) {
      garble(index, (int) index.size() / 8);
    }
  }

  private void garble(Path file, int entries) throws IOException {
    try (DiskFile index = disk.open(file, Disk.OpenMode.CREATE)) {
      garble(index, entries);
    }
  }

  private static void garble(DiskFile index, int entries) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 * entries);
    for (int i = 0; i + 8 <= bytes.limit(); i += 8) {
      bytes.putInt(i, i / 8).putInt(i + 4, 700 + 13 * i);
    }
    index.write(bytes, 0);
  }

  @Test
  void aMissingSegmentRefusesThePartitionAndDeletesNothing() throws IOException {
    fill(40);
    log.flush();
    directory.checkpoint();
    disk.crash(Crash.PROCESS_KILL);
    List<String> segments = segments();
    assertThat(segments).hasSizeGreaterThan(2);
    disk.deleteIfExists(FOLDER.resolve(segments.get(1)));
    List<String> left = disk.list(FOLDER);

    assertThatThrownBy(this::start)
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining(segments.get(0))
        .hasMessageContaining("move");
    assertThat(disk.list(FOLDER)).containsAll(left);
  }

  private List<String> segments() throws IOException {
    return disk.list(FOLDER).stream().filter(name -> name.endsWith(".log")).sorted().toList();
  }

  @Test
  void whatFollowsAHoleBehindTheRecoveryPointIsDropped() throws IOException {
    fill(1);
    log.flush();
    directory.checkpoint();
    fill(39);
    disk.crash(Crash.PROCESS_KILL);
    List<String> segments = segments();
    assertThat(segments).hasSizeGreaterThan(2);
    disk.deleteIfExists(FOLDER.resolve(segments.get(1)));

    start();

    assertThat(segments()).containsExactly(segments.get(0));
    assertThat(log.view().logEndOffset()).isEqualTo(FileNames.offsetOf(segments.get(1)));
    assertThat(log.recoveryPoint()).isEqualTo(5);
    assertThat(log.dropped()).contains("everything below offset 5 had been flushed");
  }

  @Test
  void nothingIsDroppedBehindAHoleThatBeginsBelowTheRecoveryPoint() throws IOException {
    fill(2);
    log.flush();
    directory.checkpoint();
    fill(38);
    disk.crash(Crash.PROCESS_KILL);
    Path first = FOLDER.resolve(segments().getFirst());
    try (DiskFile file = disk.open(first, Disk.OpenMode.READ_WRITE)) {
      file.truncate(batch(5, T, 100).sizeInBytes());
    }
    List<String> left = disk.list(FOLDER);
    assertThat(segments()).hasSizeGreaterThan(2);

    assertThatThrownBy(this::start)
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("below offset 10");

    assertThat(disk.list(FOLDER)).containsAll(left);
  }

  /** The flush came at a segment's end, the power loss before its roll was done with it. */
  @Test
  void whatWasAbortedIsKnownThoughTheIndexOfItWasLost() throws IOException {
    append(transactional(7, 0, 0, 2, T));
    append(marker(7, 0, false, 1, T));
    fillToTheEndOfASegment();
    log.flush();
    directory.checkpoint();
    long end = log.view().logEndOffset();
    append(batch(1, T, 1_000));
    assertThat(segments()).hasSize(2);
    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);

    start();

    assertThat(log.view().logEndOffset()).isEqualTo(end);
    log.advanceHighWatermark(end);
    assertThat(abortedFrom(0)).hasSize(1);
  }

  /** It can be of an earlier life: the log was flushed, its index was not. */
  @Test
  void anIndexThatAPowerLossLeftOldCostsNoRecords() throws IOException {
    fillToTheEndOfASegment();
    log.flush();
    directory.checkpoint();
    long end = log.view().logEndOffset();
    append(batch(1, T, 1_000));
    assertThat(segments()).hasSize(2);
    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    garble(FOLDER.resolve("00000000000000000000.index"), 8);

    start();

    assertThat(log.view().logEndOffset()).isEqualTo(end);
    for (long offset = 0; offset < end; offset += 5) {
      assertThat(log.view().read(offset, 100, true, Isolation.LOG_END))
          .isInstanceOf(ReadResult.Records.class);
    }
  }

  @Test
  void whereRecordsWereDeletedOffsetsGoOnAfterTwoPowerLosses() throws IOException {
    fill(1);
    log.flush();
    fill(1);
    log.advanceLogStart(8);
    directory.checkpoint();
    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED); // the second batch is gone
    start();
    assertThat(log.view().logEndOffset()).isEqualTo(8);
    directory.checkpoint();

    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    start();

    assertThat(log.view().logStartOffset()).isEqualTo(8);
    assertThat(log.view().logEndOffset()).isEqualTo(8);
  }

  @Test
  void aLogThatBeganAnewElsewhereIsNotDamagedAfterAPowerLoss() throws IOException {
    fill(40);
    log.flush();
    directory.checkpoint();
    for (int step = 0; step < 40; step++) {
      int[] left = {step};
      disk.faults().failWhen((operation, path) -> --left[0] < 0);
      try {
        log.truncateFullyAndStartAt(1_000 + step);
      } catch (IOException e) {
        assertThat(left[0]).isNegative();
      }
      disk.faults().heal();
      disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);

      start();

      assertThat(append(batch(5, T, 10))).isInstanceOf(Appended.class);
      log.flush();
      directory.checkpoint();
    }
  }

  private void fillToTheEndOfASegment() {
    while (log.view().sizeInBytes() < config.segmentBytes() - 1_000) {
      append(batch(5, T, 20));
    }
  }

  private List<ReadResult.AbortedTransaction> abortedFrom(long offset) throws IOException {
    ReadResult.Records read =
        (ReadResult.Records) log.view().read(offset, 100_000, true, Isolation.LAST_STABLE);
    read.slice().release();
    return read.aborted();
  }

  @Test
  void anAbortThatWasCutOffIsForgotten() throws IOException {
    append(transactional(7, 0, 0, 2, T));
    long bytes = log.view().sizeInBytes();
    append(marker(7, 0, false, 1, T));
    disk.crash(Crash.PROCESS_KILL);
    try (DiskFile file =
        disk.open(FOLDER.resolve(segments().getFirst()), Disk.OpenMode.READ_WRITE)) {
      file.truncate(bytes);
    }

    start();
    append(marker(7, 0, true, 1, T));
    directory.close();
    start();

    log.advanceHighWatermark(3);
    assertThat(log.view().lastStableOffset()).isEqualTo(3);
    assertThat(abortedFrom(0)).isEmpty();
  }

  @Test
  void whatRetentionRemovesIsWholeWhenAPowerLossBringsItBack() throws IOException {
    log.configure(StoredLogTest.preallocating(keeping(1_000)));
    fill(40); // several segments, whose files are longer than their content until they are sealed
    log.flush();
    world.passTime(2_000);
    ArrayDeque<Runnable> shard = new ArrayDeque<>();
    log.enforceRetention(shard::add);
    shard.poll().run();
    world.runWorkers();
    shard.poll().run(); // detached; the files wait for a worker
    append(batch(1, world.wallMs(), 10));
    log.flush();
    directory.checkpoint();
    long end = log.view().logEndOffset();

    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    start();

    assertThat(log.view().logEndOffset()).isEqualTo(end);
    assertThat(log.view().logStartOffset()).isZero();
  }

  @Test
  void aCheckpointThatIsNoCheckpointRefusesTheStartAndSaysWhatToDo() throws IOException {
    fill(3);
    directory.close();
    for (String name : List.of("recovery-point-offset-checkpoint", "log-start-offset-checkpoint")) {
      for (String content : List.of("garbage", "0\n7\nt 0 1\n", "0\n1\nt x y\n", "9\n0\n", "")) {
        String good = overwrite(DIRECTORY.resolve(name), content);
        assertThatThrownBy(() -> new TestingWorld(disk, 3).open(DIRECTORY))
            .as(content)
            .isInstanceOf(IOException.class)
            .hasMessageContaining(name)
            .hasMessageContaining("Move it away");
        overwrite(DIRECTORY.resolve(name), good);
      }
    }
    start();
    assertThat(log.view().logEndOffset()).isEqualTo(15);
  }

  @Test
  void aFolderWhoseTopicIdCannotBeReadIsRefusedAndTheOthersAreNot() throws IOException {
    fill(3);
    directory.close();
    String good = overwrite(FOLDER.resolve("partition.metadata"), "version: 0\ntopic_id: !!!\n");

    directory = new TestingWorld(disk, 3).open(DIRECTORY);
    assertThat(directory.stored()).hasSize(1);
    assertThatThrownBy(() -> directory.open("t", 0, TOPIC, config))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("partition.metadata");
    assertThat(directory.open("u", 0, RECREATED, config)).isNotNull();

    overwrite(FOLDER.resolve("partition.metadata"), good);
    assertThat(directory.open("t", 0, TOPIC, config).view().logEndOffset()).isEqualTo(15);
  }

  @Test
  void brokenPropertiesOfADirectoryRefuseTheStartWithTheFilesName() throws IOException {
    directory.close();
    for (String content : List.of("", "\\u12", "version=1\ncluster.id=cluster\nnode.id=x\n")) {
      overwrite(DIRECTORY.resolve("meta.properties"), content);
      assertThatThrownBy(() -> new TestingWorld(disk, 3).open(DIRECTORY))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("meta.properties");
    }
  }

  private String overwrite(Path file, String content) throws IOException {
    try (DiskFile out = disk.open(file, Disk.OpenMode.READ_WRITE)) {
      ByteBuffer old = ByteBuffer.allocate((int) out.size());
      out.read(old, 0);
      out.truncate(0);
      out.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), 0);
      return new String(old.array(), StandardCharsets.UTF_8);
    }
  }
}
