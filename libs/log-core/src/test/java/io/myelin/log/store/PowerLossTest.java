package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static io.myelin.log.store.TestBatches.marker;
import static io.myelin.log.store.TestBatches.transactional;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Disk;
import io.myelin.env.DiskFile;
import io.myelin.log.AppendResult.Appended;
import io.myelin.log.Isolation;
import io.myelin.log.ReadResult;
import io.myelin.sim.Crash;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the kernel had not written when the power went, and what it had. */
class PowerLossTest extends TroubledLog {
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
}
