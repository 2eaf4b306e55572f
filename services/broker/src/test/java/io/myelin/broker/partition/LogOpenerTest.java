package io.myelin.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.log.LogConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogOpenerTest {
  /** What has been given to the workers and is not running yet. */
  private final List<Runnable> workers = new ArrayList<>();

  private final List<Integer> opened = new ArrayList<>();
  private final List<Partition> partitions = new ArrayList<>();
  private final LogOpener opener = new LogOpener(workers::add, 2);

  @BeforeEach
  void addFive() {
    for (int id = 0; id < 5; id++) {
      add(id, () -> {});
    }
  }

  private void add(int id, Runnable more) {
    TestingExecutor nobody = new TestingExecutor();
    Partition partition =
        new Partition(
            "t",
            new UUID(0, 1),
            id,
            new Shard(nobody),
            nobody,
            nobody,
            new PartitionSettings(LogConfig.DEFAULT, null, 1),
            new Traffic().of("t"),
            () -> {});
    partitions.add(partition);
    opener.add(
        partition,
        () -> {
          opened.add(id);
          more.run();
        });
  }

  private void runAll() {
    while (!workers.isEmpty()) {
      workers.removeFirst().run();
    }
  }

  @Test
  void opensAsManyLogsAtOnceAsItMayAndTheNextWhenOneIsDone() {
    assertThat(workers).hasSize(2);

    workers.removeFirst().run();

    assertThat(opened).containsExactly(0);
    assertThat(workers).as("the second one, and the next").hasSize(2);
    runAll();
    assertThat(opened).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void opensFirstWhatSomebodyWaitsFor() {
    opener.demand(partitions.get(3));
    opener.demand(partitions.get(4));

    runAll();

    assertThat(opened).containsExactly(3, 4, 0, 1, 2);
  }

  @Test
  void goesOnAfterAnOpeningThatThrew() {
    runAll();
    add(
        5,
        () -> {
          throw new IllegalStateException("a bug");
        });
    add(6, () -> {});

    assertThatThrownBy(() -> workers.removeFirst().run()).hasMessage("a bug");
    runAll();

    assertThat(opened).containsExactly(0, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void opensNothingOnceItIsClosed() {
    opener.close();
    add(5, () -> {});
    runAll();

    assertThat(opened).isEmpty();
  }
}
