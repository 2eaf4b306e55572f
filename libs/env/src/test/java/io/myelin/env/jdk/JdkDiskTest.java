package io.myelin.env.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Disk;
import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import io.myelin.env.DiskFullException;
import io.myelin.env.testing.DiskContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class JdkDiskTest extends DiskContract {
  private final Disk disk = new JdkDisk();
  @TempDir Path directory;

  @Override
  protected Disk disk() {
    return disk;
  }

  @Override
  protected Path directory() {
    return directory;
  }

  @Test
  void anInterruptBeforeACallClosesNothing() throws IOException {
    try (DiskFile file = disk.open(directory.resolve("a"), OpenMode.CREATE)) {
      Thread.currentThread().interrupt();
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
      file.force();
      disk.syncDirectory(directory);
      file.warm(0, 3);
      int read = file.read(ByteBuffer.allocate(3), 0);

      assertThat(Thread.interrupted()).isTrue();
      assertThat(read).isEqualTo(3);
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has a device that is always full")
  void aFullDiskIsToldFromOtherErrors() throws IOException {
    try (DiskFile file = disk.open(Path.of("/dev/full"), OpenMode.READ_WRITE)) {
      Assertions.assertThatThrownBy(() -> file.write(ByteBuffer.allocate(10), 0))
          .isInstanceOf(DiskFullException.class)
          .hasMessageContaining("/dev/full");
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux lists its locks")
  void aRefusedSecondLockDoesNotFreeTheFirstForOtherProcesses() throws Exception {
    Path file = directory.resolve(".lock");
    try (AutoCloseable first = disk.tryLock(file)) {
      AutoCloseable second = disk.tryLock(file);

      String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
      assertThat(first).isNotNull();
      assertThat(second).isNull();
      assertThat(Files.readAllLines(Path.of("/proc/locks"))).anyMatch(line -> line.contains(inode));
    }
  }
}
