package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.log.AppendResult;
import io.myelin.log.AppendResult.Appended;
import io.myelin.log.Isolation;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import io.myelin.sim.Crash;
import io.myelin.sim.DiskOperation;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A disk that has no room, or refuses: nothing is lost, and work goes on when it can. */
class FullDiskTest extends TroubledLog {
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
}
