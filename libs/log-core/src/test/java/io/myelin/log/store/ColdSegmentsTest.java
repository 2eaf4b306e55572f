package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.Isolation;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import io.myelin.sim.Crash;
import io.myelin.sim.DiskOperation;
import io.myelin.sim.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a start does with the segments that nobody has asked for. */
class ColdSegmentsTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final Path FOLDER = DIRECTORY.resolve("t-0");
  private static final long T = 1_700_000_000_000L;
  private static final int SEGMENTS = 10;
  private static final int SEGMENT_BYTES = 200_000;
  private static final LogConfig CONFIG = StoredLogTest.small(SEGMENT_BYTES, 4096);

  /** The last segment's log and its two indexes. */
  private static final int FILES_OF_A_SEGMENT = 3;

  private static final StoredLog.Home HOME =
      new StoredLog.Home() {
        @Override
        public void writeRecoveryPoints() {}

        @Override
        public void logFailed() {}
      };

  private final SimDisk disk = new SimDisk(7);
  private final FileCache files = new FileCache(disk, Runnable::run, 1000);
  private final Set<String> opened = new HashSet<>();
  private final Map<String, Long> bytesRead = new HashMap<>();
  private long logEnd;

  /** Ten segments, closed in order or flushed and killed. */
  private void write(boolean inOrder) throws IOException {
    TestingWorld world = new TestingWorld(disk, 1);
    LogDirectory directory = world.open(DIRECTORY);
    PartitionLog log = directory.open("t", 0, new UUID(1, 2), CONFIG);
    while (logFiles().size() < SEGMENTS) {
      log.append(List.of(batch(5, T + log.view().logEndOffset(), 1000)), 0);
      world.runWorkers();
    }
    logEnd = log.view().logEndOffset();
    if (inOrder) {
      directory.close();
    } else {
      log.flush();
      disk.crash(Crash.PROCESS_KILL);
    }
  }

  private List<String> logFiles() throws IOException {
    return disk.list(FOLDER).stream().filter(name -> FileNames.is(name, FileNames.LOG)).toList();
  }

  private StoredLog open(boolean clean) throws IOException {
    disk.faults()
        .chargeTime(
            (operation, path, bytes) -> {
              String name = path.getFileName().toString();
              if (operation == DiskOperation.OPEN) {
                opened.add(name);
              } else if (operation == DiskOperation.READ) {
                bytesRead.merge(name, bytes, Long::sum);
              }
              return 0;
            });
    Folder folder =
        new Folder(new TestingWorld(disk, 2).environment, files, Runnable::run, 8 << 20, FOLDER);
    return LogLoader.open(
        folder, CONFIG, new LogLoader.Known(clean, true, logEnd, 0, logEnd, 0), HOME);
  }

  private boolean isCold(String name) throws IOException {
    long last = logFiles().stream().mapToLong(FileNames::offsetOf).max().orElseThrow();
    return FileNames.offsetOf(name) >= 0
        && FileNames.offsetOf(name) < last
        && !name.endsWith(FileNames.SNAPSHOT);
  }

  @Test
  void aStartAfterAnOrderlyStopReadsNothingOfColdSegmentsAndKeepsNoneOpen() throws IOException {
    write(true);

    StoredLog log = open(true);

    assertThat(log.view().logEndOffset()).isEqualTo(logEnd);
    assertThat(files.openFiles()).isBetween(1, FILES_OF_A_SEGMENT);
    for (String name : bytesRead.keySet()) {
      assertThat(isCold(name)).as(name).isFalse();
    }
    for (String name : opened) {
      assertThat(isCold(name) && !name.endsWith(FileNames.LOG)).as(name).isFalse();
    }
  }

  @Test
  void aStartAfterAKillReadsTheEndsOfColdSegmentsAndKeepsNoneOpen() throws IOException {
    write(false);

    StoredLog log = open(false);

    assertThat(log.view().logEndOffset()).isEqualTo(logEnd);
    assertThat(files.openFiles()).isBetween(1, FILES_OF_A_SEGMENT);
    for (String name : bytesRead.keySet()) {
      if (isCold(name)) {
        assertThat(bytesRead.get(name)).as(name).isLessThan(SEGMENT_BYTES / 10);
      }
    }
  }

  @Test
  void aColdSegmentIsOpenedWhenSomebodyReadsIt() throws IOException {
    write(true);
    StoredLog log = open(true);
    int openBefore = files.openFiles();
    opened.clear();

    ReadResult.Records read =
        (ReadResult.Records) log.view().read(0, 10_000, true, Isolation.LOG_END);
    read.slice().release();

    assertThat(opened).isNotEmpty().allMatch(name -> FileNames.offsetOf(name) == 0);
    assertThat(files.openFiles()).isEqualTo(openBefore + opened.size());
  }
}
