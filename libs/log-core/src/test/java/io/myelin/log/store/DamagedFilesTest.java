package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.env.Disk;
import io.myelin.env.DiskFile;
import io.myelin.log.CorruptLogException;
import io.myelin.log.Isolation;
import io.myelin.log.LogView;
import io.myelin.log.ReadResult;
import io.myelin.log.record.BatchLayout;
import io.myelin.sim.Crash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files that are not as they should be: what can be kept is kept, what cannot is refused. */
class DamagedFilesTest extends TroubledLog {
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
