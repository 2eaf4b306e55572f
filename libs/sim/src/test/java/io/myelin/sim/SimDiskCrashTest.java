package io.myelin.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import io.myelin.env.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SimDiskCrashTest {
  private static final Path ROOT = Path.of("/");
  private static final Path A = Path.of("/a");
  private static final Path B = Path.of("/b");

  private final SimDisk disk = new SimDisk(7);

  private static ByteBuffer bytes(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }

  private static DiskFile durableFile(SimDisk disk, int length, int value) throws IOException {
    DiskFile file = disk.open(A, OpenMode.CREATE);
    file.write(bytes(length, value), 0);
    file.force();
    disk.syncDirectory(ROOT);
    return file;
  }

  private static byte[] content(SimDisk disk, Path path) throws IOException {
    try (DiskFile file = disk.open(path, OpenMode.READ)) {
      ByteBuffer buffer = ByteBuffer.allocate((int) file.size());
      file.read(buffer, 0);
      return buffer.array();
    }
  }

  @Test
  void aKilledProcessLosesNothing() throws IOException {
    disk.open(A, OpenMode.CREATE).write(bytes(10, 1), 0);
    disk.crash(Crash.PROCESS_KILL);
    assertThat(content(disk, A)).containsOnly(1).hasSize(10);
  }

  @Test
  void whatAKilledProcessLeftUnsyncedAPowerLossMayStillTake() throws IOException {
    durableFile(disk, 10, 1).write(bytes(10, 2), 10);
    disk.crash(Crash.PROCESS_KILL);
    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    assertThat(content(disk, A)).containsOnly(1).hasSize(10);
  }

  @Test
  void filesOpenedBeforeACrashAreDeadAndLocksFree() throws Exception {
    DiskFile file = durableFile(disk, 10, 1);
    AutoCloseable deadLock = disk.tryLock(B);
    disk.crash(Crash.PROCESS_KILL);

    assertThatThrownBy(file::size).isInstanceOf(ClosedChannelException.class);
    assertThat(disk.tryLock(B)).isNotNull();
    deadLock.close();
    assertThat(disk.tryLock(B)).as("held by the living").isNull();
  }

  @Property(tries = 200)
  void whatWasForcedSurvivesEveryPowerLoss(@ForAll long seed) throws IOException {
    SimDisk seeded = new SimDisk(seed);
    DiskFile file = durableFile(seeded, 10_000, 1);
    file.write(bytes(20_000, 2), 10_000);
    seeded.crash(Crash.POWER_LOSS);
    assertThat(Arrays.copyOf(content(seeded, A), 10_000)).containsOnly(1);
  }

  @Test
  void unsyncedWritesAreKeptLostAndTornAtBytesAndPages() throws IOException {
    Set<String> fates = new HashSet<>();
    for (long seed = 0; seed < 300; seed++) {
      SimDisk seeded = new SimDisk(seed);
      durableFile(seeded, 4096, 1).write(bytes(4 * 4096, 2), 4096);
      seeded.crash(Crash.POWER_LOSS);
      fates.add(fate(content(seeded, A)));
    }
    assertThat(fates)
        .contains("lost", "kept", "torn at a byte", "hole before a later page", "zeros");
  }

  private static String fate(byte[] content) {
    byte[] tail = Arrays.copyOfRange(content, 4096, content.length);
    if (tail.length == 0) {
      return "lost";
    }
    int firstZero = 0;
    while (firstZero < tail.length && tail[firstZero] == 2) {
      firstZero++;
    }
    if (firstZero == tail.length) {
      return tail.length == 4 * 4096
          ? "kept"
          : tail.length % 4096 == 0 ? "pages" : "torn at a byte";
    }
    boolean laterData = false;
    for (byte value : tail) {
      laterData |= value == 2;
    }
    return laterData ? "hole before a later page" : "zeros";
  }

  @Property(tries = 200)
  void aLostTruncationLosesLaterWritesBeyondIt(@ForAll long seed) throws IOException {
    SimDisk seeded = new SimDisk(seed);
    DiskFile file = durableFile(seeded, 100, 1);
    file.truncate(50);
    file.write(bytes(10, 2), 50);
    seeded.crash(Crash.POWER_LOSS);

    byte[] content = content(seeded, A);
    boolean truncated = content.length < 100;
    if (!truncated) {
      assertThat(content).containsOnly(1);
    } else {
      assertThat(content.length).isBetween(50, 60);
    }
  }

  @Test
  void aNewFileIsLostWithoutASyncOfItsDirectory() throws IOException {
    DiskFile file = disk.open(A, OpenMode.CREATE);
    file.write(bytes(10, 1), 0);
    file.force();
    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    assertThat(disk.exists(A)).isFalse();
  }

  @Test
  void aSyncedNameOfAnUnforcedFileIsAnEmptyFile() throws IOException {
    disk.open(A, OpenMode.CREATE).write(bytes(10, 1), 0);
    disk.syncDirectory(ROOT);
    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    assertThat(content(disk, A)).isEmpty();
  }

  @Test
  void aRenameIsEitherDoneOrNot() throws IOException {
    Set<List<String>> outcomes = new HashSet<>();
    for (long seed = 0; seed < 100; seed++) {
      SimDisk seeded = new SimDisk(seed);
      durableFile(seeded, 10, 1);
      seeded.rename(A, B);
      seeded.crash(Crash.POWER_LOSS);
      outcomes.add(new ArrayList<>(new TreeSet<>(seeded.list(ROOT))));
    }
    assertThat(outcomes).containsExactlyInAnyOrder(List.of("a"), List.of("b"));
  }

  @Test
  void changesOfDifferentNamesSurviveIndependently() throws IOException {
    Set<List<String>> outcomes = new HashSet<>();
    for (long seed = 0; seed < 300; seed++) {
      SimDisk seeded = new SimDisk(seed);
      durableFile(seeded, 10, 1);
      seeded.open(B, OpenMode.CREATE);
      seeded.deleteIfExists(A);
      seeded.crash(Crash.POWER_LOSS);
      outcomes.add(new ArrayList<>(new TreeSet<>(seeded.list(ROOT))));
    }
    assertThat(outcomes)
        .containsExactlyInAnyOrder(List.of(), List.of("a"), List.of("b"), List.of("a", "b"));
  }

  @Test
  void syncingADirectoryLeavesOtherDirectoriesUnsynced() throws IOException {
    disk.createDirectories(Path.of("/d"));
    disk.syncDirectory(ROOT);
    disk.open(Path.of("/d/x"), OpenMode.CREATE);
    disk.open(A, OpenMode.CREATE);
    disk.syncDirectory(ROOT);
    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    assertThat(disk.list(ROOT)).containsExactlyInAnyOrder("a", "d");
    assertThat(disk.list(Path.of("/d"))).isEmpty();
  }

  @Test
  void aFailedForceDropsTheDirtyBytesForGood() throws IOException {
    DiskFile file = durableFile(disk, 10, 1);
    file.write(bytes(10, 2), 0);
    disk.faults().failWhen((operation, path) -> operation == DiskOperation.FORCE);
    assertThatThrownBy(file::force).isInstanceOf(IOException.class);
    disk.faults().heal();
    file.force();

    assertThat(content(disk, A)).as("page cache").containsOnly(2);
    disk.crash(Crash.POWER_LOSS);
    assertThat(content(disk, A)).as("platter").containsOnly(1);
  }

  @Test
  void aFullDiskTakesWhatFitsAndWritesAgainWhenThereIsRoom() throws IOException {
    disk.setCapacity(100);
    DiskFile file = durableFile(disk, 90, 1);
    assertThatThrownBy(() -> file.write(bytes(20, 2), 90)).isInstanceOf(DiskFullException.class);
    assertThat(file.size()).isEqualTo(100);
    assertThat(disk.usableBytes(ROOT)).isZero();
    assertThatThrownBy(() -> disk.open(B, OpenMode.CREATE)).isInstanceOf(DiskFullException.class);

    file.truncate(50);
    file.write(bytes(50, 3), 50);
    assertThat(disk.usableBytes(ROOT)).isZero();
    disk.deleteIfExists(A);
    assertThat(disk.usableBytes(ROOT)).as("still open").isZero();
    file.close();
    assertThat(disk.usableBytes(ROOT)).isEqualTo(100);
  }

  @Test
  void aForceWithoutRoomDropsWhatWasWrittenAndTheNextOneSucceedsWithoutIt() throws IOException {
    DiskFile file = durableFile(disk, 90, 1);
    disk.allocateLate(true);
    disk.setCapacity(100);
    file.write(bytes(20, 2), 90);
    assertThatThrownBy(file::force)
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(DiskFullException.class)
        .hasMessageContaining("/a");
    disk.setCapacity(1000);
    file.force();

    assertThat(content(disk, A)).as("page cache").hasSize(110);
    disk.crash(Crash.POWER_LOSS);
    assertThat(content(disk, A)).as("platter").hasSize(90);
  }

  @Test
  void whatHasItsRoomAlreadyIsForcedOnAFullDisk() throws IOException {
    DiskFile file = durableFile(disk, 90, 1);
    disk.allocateLate(true);
    disk.setCapacity(50);
    file.write(bytes(90, 2), 0);
    file.force();
    disk.crash(Crash.POWER_LOSS);
    assertThat(content(disk, A)).containsOnly(2);
  }

  @Test
  void aFlippedBitIsReadAndSurvives() throws IOException {
    durableFile(disk, 10, 1);
    disk.flipBit(A, 3, 4);
    assertThat(content(disk, A)[3]).isEqualTo((byte) 17);
    disk.crash(Crash.POWER_LOSS);
    assertThat(content(disk, A)[3]).isEqualTo((byte) 17);
  }

  @Test
  void operationsFailAtRandomAsOftenAsTold() throws IOException {
    DiskFile file = durableFile(disk, 10, 1);
    disk.faults().failRandomly(Set.of(DiskOperation.READ), 0.5);
    int failures = 0;
    for (int i = 0; i < 1000; i++) {
      try {
        file.read(ByteBuffer.allocate(1), 0);
      } catch (IOException e) {
        failures++;
      }
    }
    assertThat(failures).isBetween(400, 600);
  }

  @Test
  void operationsAreChargedTime() throws IOException {
    List<Long> charged = new ArrayList<>();
    SimDisk slow = new SimDisk(new SimRandomness(1), charged::add);
    slow.faults().chargeTime((operation, path, count) -> count * 2);
    DiskFile file = slow.open(A, OpenMode.CREATE);
    file.write(bytes(10, 1), 0);
    assertThat(charged).containsExactly(20L);
  }
}
