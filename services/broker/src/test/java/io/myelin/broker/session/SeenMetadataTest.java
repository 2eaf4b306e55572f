package io.myelin.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.session.SeenMetadata.Mark;
import io.myelin.log.dir.AtomicFile;
import io.myelin.sim.Crash;
import io.myelin.sim.SimDisk;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeenMetadataTest {
  private static final Path DIRECTORY = Path.of("/data");

  private final SimDisk disk = new Simulation(1).disk();
  private final SeenMetadata seen = new SeenMetadata(disk, DIRECTORY);

  @BeforeEach
  void create() throws IOException {
    disk.createDirectoriesDurably(DIRECTORY);
  }

  @Test
  void knowsNothingAtFirst() throws IOException {
    assertThat(seen.load()).isEmpty();
    assertThat(new SeenMetadata(disk, Path.of("/not/there")).load()).isEmpty();
  }

  @Test
  void whatWasKeptSurvivesThePowersFailure() throws IOException {
    seen.save(new Mark("store", 7));
    seen.save(new Mark("store", 8));
    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);

    assertThat(seen.load()).contains(new Mark("store", 8));
  }

  @Test
  void aDamagedFileSaysNothing() throws IOException {
    AtomicFile.write(disk, DIRECTORY.resolve("metadata-seen"), "store\nx");

    assertThat(seen.load()).isEmpty();
  }
}
