package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Clock;
import io.myelin.env.Environment;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.PartitionLog;
import io.myelin.sim.Crash;
import io.myelin.sim.SimDisk;
import io.myelin.sim.SimRandomness;
import io.myelin.sim.TestingThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Logs of one directory are opened by several threads. */
class ParallelRecoveryTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final UUID TOPIC = new UUID(1, 2);
  private static final long T = 1_700_000_000_000L;
  private static final LogConfig CONFIG = StoredLogTest.small(10_000, 1024);

  private final SimDisk disk = new SimDisk(7);

  /**
   * Asked for the time in the middle of an opening: lets nobody go on before both threads are
   * there.
   */
  private static final class MeetingPlace implements Clock {
    private final Thread test = Thread.currentThread();
    private final CyclicBarrier both = new CyclicBarrier(2);
    private final Set<Thread> met = ConcurrentHashMap.newKeySet();

    @Override
    public long wallMs() {
      if (Thread.currentThread() != test && met.add(Thread.currentThread())) {
        meet();
      }
      return T;
    }

    private void meet() {
      try {
        both.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
        throw new IllegalStateException("the other log waits until this one is open", e);
      }
    }

    @Override
    public long monotonicNs() {
      return TimeUnit.MILLISECONDS.toNanos(T);
    }
  }

  @Test
  void twoLogsOfADirectoryRecoverAtTheSameTime() throws Exception {
    long end = writeAndKill();
    MeetingPlace clock = new MeetingPlace();
    Environment environment =
        new Environment(
            clock,
            (delayMs, task) -> () -> {},
            new TestingThreads(Runnable::run),
            disk,
            new SimRandomness(1),
            null);
    LogDirectory directory = LogDirectory.open(environment, DIRECTORY, TestingWorld.SETTINGS);
    assertThat(directory.wasCleanlyClosed()).isFalse();

    try (ExecutorService workers = Executors.newFixedThreadPool(2)) {
      Future<PartitionLog> one = workers.submit(() -> directory.open("t", 0, TOPIC, CONFIG));
      Future<PartitionLog> other = workers.submit(() -> directory.open("t", 1, TOPIC, CONFIG));

      assertThat(one.get(60, TimeUnit.SECONDS).view().logEndOffset()).isEqualTo(end);
      assertThat(other.get(60, TimeUnit.SECONDS).view().logEndOffset()).isEqualTo(end);
    }
    assertThat(clock.met).hasSize(2);
  }

  private long writeAndKill() throws IOException {
    TestingWorld world = new TestingWorld(disk, 1);
    LogDirectory directory = world.open(DIRECTORY);
    List<PartitionLog> logs =
        List.of(directory.open("t", 0, TOPIC, CONFIG), directory.open("t", 1, TOPIC, CONFIG));
    for (int i = 0; i < 50; i++) {
      for (PartitionLog log : logs) {
        log.append(List.of(batch(5, T + i, 100)), 0);
      }
      world.runWorkers();
    }
    disk.crash(Crash.PROCESS_KILL);
    return logs.getFirst().view().logEndOffset();
  }
}
