package io.myelin.env.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.env.Disk;
import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link Disk} does. */
public abstract class DiskContract {

  protected abstract Disk disk();

  /** An existing, empty directory. */
  protected abstract Path directory();

  private Path path(String name) {
    return directory().resolve(name);
  }

  private void store(Path file, String text) throws IOException {
    try (DiskFile open = disk().open(file, OpenMode.CREATE)) {
      open.write(bytes(text), 0);
    }
  }

  private String content(Path file) throws IOException {
    try (DiskFile open = disk().open(file, OpenMode.READ)) {
      return content(open);
    }
  }

  private static String content(DiskFile file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) file.size() + 1);
    int count = file.read(buffer, 0);
    return new String(buffer.array(), 0, count, StandardCharsets.UTF_8);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsWhatWasWritten() throws IOException {
    store(path("a"), "hello");
    assertThat(content(path("a"))).isEqualTo("hello");
  }

  @Test
  void opensOnlyWhatExistsUnlessToldToCreate() {
    assertThatThrownBy(() -> disk().open(path("none"), OpenMode.READ))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk().open(path("none"), OpenMode.READ_WRITE))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk().open(path("no/directory"), OpenMode.CREATE))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void createNewRefusesAnExistingFile() throws IOException {
    store(path("a"), "x");
    assertThatThrownBy(() -> disk().open(path("a"), OpenMode.CREATE_NEW))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void aFileOpenedForReadingCannotBeWritten() throws IOException {
    store(path("a"), "x");
    try (DiskFile file = disk().open(path("a"), OpenMode.READ)) {
      assertThatThrownBy(() -> file.write(bytes("y"), 0))
          .isInstanceOf(NonWritableChannelException.class);
    }
  }

  @Test
  void writesMoreBuffersThanTheKernelTakesAtOnce() throws IOException {
    ByteBuffer[] buffers =
        IntStream.range(0, 5000)
            .mapToObj(i -> bytes(i % 7 == 0 ? "" : i + ","))
            .toArray(ByteBuffer[]::new);
    StringBuilder expected = new StringBuilder("head ");
    IntStream.range(0, 4000).filter(i -> i % 7 != 0).forEach(i -> expected.append(i).append(','));
    try (DiskFile file = disk().open(path("a"), OpenMode.CREATE)) {
      file.write(bytes("head "), 0);
      long written = file.write(buffers, 4000, 5);

      assertThat(written).isEqualTo(expected.length() - 5);
      assertThat(content(file)).isEqualTo(expected.toString());
      assertThat(buffers[3999].hasRemaining()).isFalse();
      assertThat(buffers[4001].hasRemaining()).isTrue();
    }
  }

  @Test
  void gatheringWritesGoWhereTheyAreTold() throws IOException {
    try (DiskFile file = disk().open(path("a"), OpenMode.CREATE)) {
      file.write(new ByteBuffer[] {bytes("ab"), bytes("cd")}, 2, 0);
      file.write(new ByteBuffer[] {bytes("ef"), bytes("gh")}, 2, 4);
      file.truncate(6);
      file.write(new ByteBuffer[] {bytes("i"), bytes("j")}, 2, 6);
      file.write(new ByteBuffer[] {bytes("X"), bytes("Y")}, 2, 1);
      assertThat(content(file)).isEqualTo("aXYdefij");
    }
  }

  @Test
  void aGapIsFilledWithZeros() throws IOException {
    try (DiskFile file = disk().open(path("a"), OpenMode.CREATE)) {
      file.write(bytes("x"), 3);
      assertThat(content(file)).isEqualTo("\0\0\0x");
    }
  }

  @Test
  void readsAtAPositionUntilTheBufferIsFullOrTheFileEnds() throws IOException {
    store(path("a"), "0123456789");
    try (DiskFile file = disk().open(path("a"), OpenMode.READ)) {
      ByteBuffer four = ByteBuffer.allocate(4);
      assertThat(file.read(four, 3)).isEqualTo(4);
      assertThat(four.flip()).isEqualTo(bytes("3456"));
      assertThat(file.read(ByteBuffer.allocate(4), 8)).isEqualTo(2);
      assertThat(file.read(ByteBuffer.allocate(4), 10)).isZero();
      assertThat(file.read(ByteBuffer.allocate(4), 99)).isZero();
    }
  }

  @Test
  void truncatesButNeverGrows() throws IOException {
    try (DiskFile file = disk().open(path("a"), OpenMode.CREATE)) {
      file.write(bytes("0123456789"), 0);
      file.truncate(20);
      assertThat(file.size()).isEqualTo(10);
      file.truncate(4);
      assertThat(content(file)).isEqualTo("0123");
    }
  }

  @Test
  void aClosedFileSaysSo() throws IOException {
    DiskFile file = disk().open(path("a"), OpenMode.CREATE);
    file.close();
    file.close();
    assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> file.write(bytes("x"), 0)).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(file::force).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(file::size).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aDeletedFileCanStillBeReadByWhoHasItOpen() throws IOException {
    store(path("a"), "hello");
    try (DiskFile file = disk().open(path("a"), OpenMode.READ)) {
      disk().deleteIfExists(path("a"));
      assertThat(disk().exists(path("a"))).isFalse();
      assertThat(content(file)).isEqualTo("hello");
    }
  }

  @Test
  void renamesOverAnExistingFile() throws IOException {
    store(path("a"), "new");
    store(path("b"), "old");
    disk().rename(path("a"), path("b"));
    assertThat(content(path("b"))).isEqualTo("new");
    assertThat(disk().list(directory())).containsExactly("b");
  }

  @Test
  void renamesADirectoryWithWhatIsInIt() throws IOException {
    disk().createDirectories(path("d"));
    store(path("d/a"), "hello");
    disk().rename(path("d"), path("e"));
    assertThat(content(path("e/a"))).isEqualTo("hello");
    assertThat(disk().exists(path("d"))).isFalse();
  }

  @Test
  void renamingWhatIsNotThereFails() {
    assertThatThrownBy(() -> disk().rename(path("none"), path("b")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void createsDirectoriesWithTheirParents() throws IOException {
    disk().createDirectories(path("x/y/z"));
    disk().createDirectories(path("x/y/z"));
    assertThat(disk().isDirectory(path("x/y/z"))).isTrue();
    assertThat(disk().list(path("x"))).containsExactly("y");
  }

  @Test
  void deletesFilesAndEmptyDirectoriesOnly() throws IOException {
    disk().createDirectories(path("d"));
    store(path("d/a"), "x");
    assertThatThrownBy(() -> disk().deleteIfExists(path("d")))
        .isInstanceOf(DirectoryNotEmptyException.class);
    disk().deleteIfExists(path("d/a"));
    disk().deleteIfExists(path("d"));
    disk().deleteIfExists(path("d"));
    assertThat(disk().exists(path("d"))).isFalse();
  }

  @Test
  void listsNamesOfADirectoryThatExists() throws IOException {
    store(path("a"), "");
    disk().createDirectories(path("d/e"));
    assertThat(disk().list(directory())).containsExactlyInAnyOrder("a", "d");
    assertThatThrownBy(() -> disk().list(path("none"))).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void forcesWarmsAndSyncs() throws IOException {
    try (DiskFile file = disk().open(path("a"), OpenMode.CREATE)) {
      file.write(ByteBuffer.allocate(3 << 20), 0);
      file.force();
      file.warm(100, 2 << 20);
      file.warm(2 << 20, 1L << 40);
      disk().syncDirectory(directory());
      assertThat(file.size()).isEqualTo(3 << 20);
    }
  }

  @Test
  void knowsHowMuchRoomThereIsEvenForWhatDoesNotExistYet() throws IOException {
    assertThat(disk().usableBytes(path("not/yet"))).isPositive();
    assertThat(disk().totalBytes(directory())).isGreaterThan(disk().usableBytes(directory()) - 1);
  }

  @Test
  void aLockIsHeldByOneAtATime() throws Exception {
    AutoCloseable lock = disk().tryLock(path(".lock"));
    assertThat(lock).isNotNull();
    assertThat(disk().tryLock(path(".lock"))).isNull();
    lock.close();
    lock.close();
    try (AutoCloseable again = disk().tryLock(path(".lock"))) {
      assertThat(again).isNotNull();
    }
  }
}
