package io.myelin.sim;

import io.myelin.env.Disk;
import io.myelin.env.testing.DiskContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;

class SimDiskContractTest extends DiskContract {
  private final SimDisk disk = new SimDisk(1);

  @BeforeEach
  void createDirectory() throws IOException {
    disk.createDirectories(directory());
  }

  @Override
  protected Disk disk() {
    return disk;
  }

  @Override
  protected Path directory() {
    return Path.of("/data/one");
  }
}
