package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import io.myelin.log.AppendResult.Appended;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.PartitionLog;
import io.myelin.sim.Crash;
import io.myelin.sim.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A log whose new segments have their full size at once. */
class PreallocationTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final Path FOLDER = DIRECTORY.resolve("t-0");
  private static final UUID TOPIC = new UUID(1, 2);
  private static final long T = 1_700_000_000_000L;

  private final SimDisk disk = new SimDisk(5);
  private final LogConfig config = StoredLogTest.preallocating(StoredLogTest.small(10_000, 1024));
  private TestingWorld world;
  private LogDirectory directory;
  private PartitionLog log;

  @BeforeEach
  void start() throws IOException {
    world = new TestingWorld(disk, 1);
    directory = world.open(DIRECTORY);
    log = directory.open("t", 0, TOPIC, config);
  }

  private void append(int batches) {
    for (int i = 0; i < batches; i++) {
      assertThat(log.append(List.of(batch(5, T + i, 200)), 0).getFirst())
          .isInstanceOf(Appended.class);
    }
    log.advanceHighWatermark(log.view().logEndOffset());
  }

  private List<String> segments() throws IOException {
    return disk.list(FOLDER).stream().filter(name -> name.endsWith(".log")).sorted().toList();
  }

  private long bytesOf(String name) throws IOException {
    try (DiskFile file = disk.open(FOLDER.resolve(name), OpenMode.READ)) {
      return file.size();
    }
  }

  private long bytesOfAll() throws IOException {
    long sum = 0;
    for (String name : segments()) {
      sum += bytesOf(name);
    }
    return sum;
  }

  @Test
  void aNewSegmentsFileHasItsFullSizeAndTheLogHasNot() throws IOException {
    append(1);

    assertThat(bytesOf(segments().getFirst())).isEqualTo(config.segmentBytes());
    assertThat(log.view().sizeInBytes()).isLessThan(config.segmentBytes());
  }

  @Test
  void aRolledSegmentsFileEndsWithItsLastBatch() throws IOException {
    append(20);
    world.runWorkers();

    List<String> segments = segments();
    assertThat(segments).hasSizeGreaterThan(1);
    assertThat(bytesOfAll() - bytesOf(segments.getLast()))
        .isEqualTo(log.view().sizeInBytes() - activeBytes());
    assertThat(bytesOf(segments.getLast())).isEqualTo(config.segmentBytes());
  }

  private int activeBytes() {
    return ((StoredLog) log).active().size;
  }

  @Test
  void anOrderlyStopGivesTheRestBackAndTheNextStartFindsTheEnd() throws IOException {
    append(3);
    long bytes = log.view().sizeInBytes();
    directory.close();

    assertThat(bytesOfAll()).isEqualTo(bytes);
    start();
    assertThat(log.view().logEndOffset()).isEqualTo(15);
    append(1);
    assertThat(log.view().logEndOffset()).isEqualTo(20);
  }

  @Test
  void aStopBeforeTheFirstRecordLeavesAnEmptyLog() throws IOException {
    directory.close();

    assertThat(bytesOfAll()).isZero();
    start();
    assertThat(log.view().logEndOffset()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void recoveryCutsOffWhatWasPreallocated(Crash crash) throws IOException {
    append(20);
    log.flush();
    directory.checkpoint();
    long end = log.view().logEndOffset();
    disk.crash(crash);
    start();

    assertThat(log.view().logEndOffset()).isEqualTo(end);
    assertThat(bytesOfAll()).isEqualTo(log.view().sizeInBytes());
    append(1);
    assertThat(log.view().logEndOffset()).isEqualTo(end + 5);
  }

  @Test
  void aCrashBetweenRollingAndTrimmingLosesNothing() throws IOException {
    append(20); // the workers, who trim, do not get to it
    long end = log.view().logEndOffset();
    disk.crash(Crash.PROCESS_KILL);
    start();

    assertThat(log.view().logEndOffset()).isEqualTo(end);
    assertThat(bytesOfAll()).isEqualTo(log.view().sizeInBytes());
  }

  @Test
  void truncatingBackToASegmentsEndLeavesNothingBehindItsBatches() throws IOException {
    append(20);
    String second = segments().get(1);
    long boundary = Long.parseLong(second.substring(0, second.indexOf('.')));
    log.truncateTo(boundary);

    assertThat(bytesOfAll()).isEqualTo(log.view().sizeInBytes());
    append(1);
    world.runWorkers();
    directory.close();
    start();
    assertThat(log.view().logEndOffset()).isEqualTo(boundary + 5);
  }
}
