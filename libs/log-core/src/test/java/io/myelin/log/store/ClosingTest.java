package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.log.LogDirectory;
import io.myelin.log.PartitionLog;
import io.myelin.sim.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The orderly stop of a directory with several logs. */
class ClosingTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final UUID TOPIC = new UUID(1, 2);
  private static final long T = 1_700_000_000_000L;
  private static final int LOGS = 5;

  private final SimDisk disk = new SimDisk(3);
  private final TestingWorld world = new TestingWorld(disk, 1);
  private final List<PartitionLog> logs = new ArrayList<>();
  private LogDirectory directory;

  @BeforeEach
  void write() throws IOException {
    directory = world.open(DIRECTORY);
    for (int i = 0; i < LOGS; i++) {
      PartitionLog log = directory.open("t", i, TOPIC, StoredLogTest.small(10_000, 1024));
      log.append(List.of(batch(5, T, 100)), 0);
      logs.add(log);
    }
    world.runWorkers();
  }

  private long flushed() {
    return logs.stream().filter(log -> log.recoveryPoint() == 5).count();
  }

  @Test
  void eachLogIsATaskOfItsOwnForTheWorkers() throws IOException {
    CompletableFuture<Void> closed = directory.closeLogs();

    assertThat(flushed()).isZero();
    world.runOneWorker();
    assertThat(flushed()).isOne();
    assertThat(closed).isNotDone();
    world.runWorkers();
    assertThat(flushed()).isEqualTo(LOGS);
    assertThat(closed).isCompleted();
    directory.close();
    assertThat(new TestingWorld(disk, 2).open(DIRECTORY).wasCleanlyClosed()).isTrue();
  }

  @Test
  void nothingIsOpenedWhileLogsAreBeingClosed() {
    directory.closeLogs();

    assertThatThrownBy(() -> directory.open("t", LOGS, TOPIC, StoredLogTest.small(10_000, 1024)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void aLogThatCannotBeClosedIsReportedAndTheOthersAreClosedAllTheSame() throws IOException {
    disk.faults().failWhen((operation, path) -> path.toString().contains("t-2"));
    directory.closeLogs();
    world.runWorkers();
    disk.faults().heal();

    assertThat(flushed()).isEqualTo(LOGS - 1);
    assertThatThrownBy(directory::close).isInstanceOf(IOException.class);
    assertThat(new TestingWorld(disk, 2).open(DIRECTORY).wasCleanlyClosed()).isFalse();
  }
}
