package io.myelin.log.dir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectorySettings;
import io.myelin.log.PartitionLog;
import io.myelin.sim.Crash;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DataDirectoryTest {
  private static final Path PATH = Path.of("/data");
  private static final UUID OLD = new UUID(1, 1);
  private static final UUID NEW = new UUID(2, 2);

  private final Simulation simulation = new Simulation(1);

  @Test
  void aTopicMadeAgainAfterAKillDoesNotGetItsPredecessorsFolder() throws IOException {
    directory().open("topic", 0, OLD, LogConfig.DEFAULT);
    simulation.disk().crash(Crash.PROCESS_KILL);

    PartitionLog log = directory().open("topic", 0, NEW, LogConfig.DEFAULT);

    assertThat(log.failure()).isNull();
    assertThat(simulation.disk().list(PATH))
        .anyMatch(name -> name.startsWith("topic-0.") && name.endsWith("-stray"));
  }

  @Test
  void aFolderThatLostItsTopicsIdBeforeAnyFlushIsNobodys() throws IOException {
    directory().open("topic", 0, OLD, LogConfig.DEFAULT);
    simulation.disk().deleteIfExists(PATH.resolve("topic-0/partition.metadata"));
    simulation.disk().crash(Crash.PROCESS_KILL);

    directory().open("topic", 0, NEW, LogConfig.DEFAULT);

    assertThat(simulation.disk().list(PATH)).anyMatch(name -> name.endsWith("-stray"));
  }

  @Test
  void whatIsSetAsideStaysUnderAnotherNameAndIsNobodysAfterTheNextStart() throws IOException {
    directory().open("topic", 0, OLD, LogConfig.DEFAULT);
    simulation.disk().crash(Crash.PROCESS_KILL);
    DataDirectory second = directory();

    Path aside = second.setAside("topic", 0);
    simulation.disk().crash(Crash.POWER_LOSS);

    assertThat(simulation.disk().isDirectory(aside)).isTrue();
    assertThat(aside.getFileName().toString()).startsWith("topic-0.").endsWith("-stray");
    DataDirectory third = directory();
    assertThat(third.stored()).isEmpty();
    assertThat(third.open("topic", 0, OLD, LogConfig.DEFAULT).view().logEndOffset()).isZero();
  }

  @Test
  void aDirectoryWithoutStraysIsClosedInOrderAgain() throws IOException {
    directory().open("topic", 0, OLD, LogConfig.DEFAULT);
    simulation.disk().crash(Crash.PROCESS_KILL);
    DataDirectory second = directory();
    second.setAside("topic", 0);
    second.close();

    assertThat(directory().wasCleanlyClosed()).isTrue();
  }

  @Test
  void anOpenLogIsNotSetAside() throws IOException {
    DataDirectory directory = directory();
    directory.open("topic", 0, OLD, LogConfig.DEFAULT);

    assertThatThrownBy(() -> directory.setAside("topic", 0))
        .isInstanceOf(IllegalStateException.class);
  }

  private DataDirectory directory() throws IOException {
    return DataDirectory.open(
        simulation.environment(), PATH, LogDirectorySettings.of("cluster", 0));
  }

  @Test
  void remembersTheBrokerEpochInWhichItWasClosedInOrder() throws IOException {
    DataDirectory first = directory();
    assertThat(first.formerlyOwnedIn()).isZero();
    first.ownedIn(42);
    first.close();

    DataDirectory second = directory();
    assertThat(second.wasCleanlyClosed()).isTrue();
    assertThat(second.formerlyOwnedIn()).isEqualTo(42);
    second.close(); // it was never registered

    DataDirectory third = directory();
    assertThat(third.formerlyOwnedIn()).isEqualTo(42);
    third.ownedIn(43);
    simulation.disk().crash(Crash.PROCESS_KILL);

    DataDirectory afterKill = directory();
    assertThat(afterKill.wasCleanlyClosed()).isFalse();
    assertThat(afterKill.formerlyOwnedIn()).as("nobody had written it down").isZero();
  }

  @Test
  void remembersAfterAPowerCutTheBrokerEpochThatWasWrittenDown() throws IOException {
    DataDirectory first = directory();
    first.ownedIn(42);
    first.rememberOwner();
    simulation.disk().crash(Crash.POWER_LOSS);

    DataDirectory afterCrash = directory();
    assertThat(afterCrash.wasCleanlyClosed()).isFalse();
    assertThat(afterCrash.formerlyOwnedIn()).isEqualTo(42);
  }

  @Test
  void aMarkWithoutAnEpochIsStillOneOfACleanStop() throws IOException {
    simulation.disk().createDirectories(PATH);
    AtomicFile.write(
        simulation.disk(),
        PATH.resolve(".kafka_cleanshutdown"),
        "{\"version\":0,\"brokerEpoch\":-1}");

    DataDirectory opened = directory();

    assertThat(opened.wasCleanlyClosed()).isTrue();
    assertThat(opened.formerlyOwnedIn()).isZero();
  }
}
