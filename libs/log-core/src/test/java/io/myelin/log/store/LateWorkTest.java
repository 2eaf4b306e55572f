package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.log.AppendResult;
import io.myelin.log.Isolation;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import io.myelin.log.record.ValidBatch;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Work that comes too late for what it was meant for. */
class LateWorkTest extends TroubledLog {
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
}
