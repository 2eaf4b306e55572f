package io.myelin.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.env.Disk;
import io.myelin.env.DiskFile;
import io.myelin.env.DiskFullException;
import io.myelin.metadata.MetadataStore.Listing;
import io.myelin.metadata.testing.MetadataStoreContract;
import io.myelin.sim.Crash;
import io.myelin.sim.DiskOperation;
import io.myelin.sim.SimDisk;
import io.myelin.sim.SimRandomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FileMetadataStoreTest extends MetadataStoreContract {
  private static final Path DIRECTORY = Path.of("/data/metadata");
  private static final Path FILE = DIRECTORY.resolve(StoreFile.NAME);

  private final SimDisk disk = new SimDisk(1);

  private static FileMetadataStore open(Disk disk) throws IOException {
    return FileMetadataStore.open(disk, DIRECTORY, Runnable::run, new SimRandomness(3));
  }

  @Override
  protected MetadataStore create() throws IOException {
    return open(disk);
  }

  @Test
  void keepsContentIdAndRevisionsOverARestart() throws IOException {
    FileMetadataStore store = open(disk);
    store.commit(put("a", "1")).join();
    store.commit(put("b", "2")).join();
    Listing before = store.list().join();
    store.close();

    FileMetadataStore again = open(disk);

    assertThat(again.storeId()).isEqualTo(store.storeId());
    assertThat(again.list().join()).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void writesTheLargestRecordsInFramesThatAreFarFromTheLongest() throws IOException {
    FileMetadataStore store = open(disk);
    Optional<byte[]> value = Optional.of(new byte[MetadataStore.RECORD_BYTES_MAX]);
    for (int i = 0; i < 5; i++) {
      store.commit(new MetadataStore.Transaction(Map.of(), Map.of("key-" + i, value))).join();
    }
    store.close();
    open(disk).close(); // writes the file anew

    ByteBuffer bytes = content();
    for (int at = 0, length; at < bytes.limit(); at += length) {
      length = StoreFrames.lengthAt(bytes, at);
      assertThat(length).isBetween(1, 3 << 20);
    }
    assertThat(open(disk).list().join().entries()).hasSize(5);
  }

  private ByteBuffer content() throws IOException {
    try (DiskFile file = disk.open(FILE, Disk.OpenMode.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      file.read(bytes, 0);
      return bytes.flip();
    }
  }

  @Test
  void aNewDirectorysNameIsDurableBeforeTheFirstCommitIs() throws IOException {
    FileMetadataStore store = open(disk);
    store.commit(put("a", "1")).join();

    disk.crash(Crash.POWER_LOSS_OF_ALL_UNSYNCED);

    assertThat(open(disk).list().join().entries()).containsKey("a");
  }

  @Test
  void writesCommitsThatWaitTogether() throws IOException {
    ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    int[] forces = new int[1];
    FileMetadataStore store =
        FileMetadataStore.open(disk, DIRECTORY, tasks::add, new SimRandomness(3));
    disk.faults()
        .failWhen(
            (operation, path) -> {
              forces[0] += operation == DiskOperation.FORCE ? 1 : 0;
              return false;
            });
    List<CompletableFuture<?>> commits = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      commits.add(store.commit(put("key-" + i, "x")));
    }

    tasks.forEach(Runnable::run);

    assertThat(commits).allMatch(CompletableFuture::isDone);
    assertThat(forces[0]).isEqualTo(1);
  }

  @Test
  void staysSmallWhenTheSameKeysAreWrittenAgainAndAgain() throws IOException {
    FileMetadataStore store = open(disk);
    for (int i = 0; i < 4_000; i++) {
      store.commit(put("key-" + i % 10, "x".repeat(1_000))).join();
    }

    assertThat(sizeOfFile()).isLessThan(2 << 20);
    assertThat(open(disk).list().join().entries()).hasSize(10);
    assertThat(disk.exists(DIRECTORY.resolve(StoreFile.TEMPORARY))).isFalse();
  }

  @Test
  void goesOnAfterTheDiskWasFull() throws IOException {
    FileMetadataStore store = open(disk);
    store.commit(put("a", "1")).join();
    long used = sizeOfFile();
    disk.setCapacity(used + 40);

    CompletableFuture<?> refused = store.commit(put("b", "x".repeat(1_000)));
    disk.setCapacity(1 << 30);
    store.commit(put("c", "3")).join();

    assertThatThrownBy(refused::join).hasCauseInstanceOf(DiskFullException.class);
    assertThat(open(disk).list().join().entries()).containsOnlyKeys("a", "c");
  }

  @Test
  void givesUpAfterAWriteWhoseEffectIsUnknown() throws IOException {
    FileMetadataStore store = open(disk);
    store.commit(put("a", "1")).join();
    disk.faults().failWhen((operation, path) -> operation == DiskOperation.FORCE);

    CompletableFuture<?> lost = store.commit(put("b", "2"));
    disk.faults().heal();

    assertThatThrownBy(lost::join).hasMessageContaining("could not be written");
    assertThatThrownBy(() -> store.commit(put("c", "3")).join()).hasMessageContaining("gave up");
    assertThat(open(disk).list().join().entries()).containsKey("a");
  }

  @Test
  void cutsOffATornTail() throws IOException {
    FileMetadataStore store = open(disk);
    store.commit(put("a", "1")).join();
    store.commit(put("b", "2")).join();
    try (DiskFile file = disk.open(FILE, Disk.OpenMode.READ_WRITE)) {
      file.truncate(sizeOfFile() - 1);
    }

    assertThat(open(disk).list().join().entries()).containsOnlyKeys("a");
    assertThat(open(disk).list().join().revision()).isEqualTo(1);
  }

  @Test
  void refusesAFileThatIsDamagedInTheMiddleAndLeavesItAlone() throws IOException {
    FileMetadataStore store = open(disk);
    store.commit(put("a", "1")).join();
    long middle = sizeOfFile() - 2;
    store.commit(put("b", "2")).join();
    long size = sizeOfFile();
    disk.flipBit(FILE, middle, 3);

    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(MetadataFormatException.class)
        .hasMessageContaining("is damaged at position")
        .hasMessageContaining(FILE.toString());
    assertThat(sizeOfFile()).isEqualTo(size);
  }

  @Test
  void refusesAFileThatSomethingElseMade() throws IOException {
    disk.createDirectories(DIRECTORY);
    try (DiskFile file = disk.open(FILE, Disk.OpenMode.CREATE_NEW)) {
      file.write(ByteBuffer.wrap(new byte[100]), 0);
    }

    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(MetadataFormatException.class)
        .hasMessageContaining("no readable header");
  }

  /** Random commits, restarts and power cuts; the seed is the property's own parameter. */
  @Property(tries = 200)
  void losesNothingAcknowledgedWhateverTheCrash(@ForAll long seed) throws IOException {
    SimDisk crashing = new SimDisk(seed);
    crashing.createDirectories(DIRECTORY);
    crashing.syncDirectory(Path.of("/data"));
    crashing.syncDirectory(Path.of("/"));
    SimRandomness random = new SimRandomness(seed);
    Map<String, String> acknowledged = new HashMap<>();
    FileMetadataStore store = open(crashing);
    String storeId = store.storeId();
    for (int life = 0; life < 4; life++) {
      int failAt = random.nextInt(60);
      int[] operations = new int[1];
      boolean failing = life < 3;
      crashing.faults().failWhen((operation, path) -> failing && ++operations[0] > failAt);
      Map<String, String> attempted = new HashMap<>();
      for (int i = 0; i < 30; i++) {
        String key = "key-" + random.nextInt(8);
        String value = "x".repeat(random.nextInt(90_000)) + i;
        CompletableFuture<?> commit = store.commit(put(key, value));
        if (commit.isCompletedExceptionally()) {
          attempted.putIfAbsent(key, value);
        } else {
          acknowledged.put(key, value);
        }
      }
      crashing.faults().heal();
      crashing.crash(random.chance(0.5) ? Crash.POWER_LOSS : Crash.PROCESS_KILL);
      store = open(crashing);
      Listing found = store.list().join();
      assertThat(store.storeId()).isEqualTo(storeId);
      for (String key : found.entries().keySet()) {
        String value = text(found, key);
        assertThat(value.equals(acknowledged.get(key)) || value.equals(attempted.get(key)))
            .as("seed %d, life %d, %s", seed, life, key)
            .isTrue();
        acknowledged.put(key, value);
      }
      assertThat(found.entries().keySet()).containsAll(acknowledged.keySet());
    }
  }

  private long sizeOfFile() throws IOException {
    try (DiskFile file = disk.open(FILE, Disk.OpenMode.READ)) {
      return file.size();
    }
  }

  @Test
  void refusesAFileOfANewerSchema() throws IOException {
    disk.createDirectories(DIRECTORY);
    ByteBuffer header = StoreFrames.header("id");
    // kind (u8), then the version (u16).
    header.putShort(StoreFrames.OVERHEAD + 1, (short) 2);
    CRC32C crc = new CRC32C();
    crc.update(header.slice(StoreFrames.OVERHEAD, header.limit() - StoreFrames.OVERHEAD));
    header.putInt(8, (int) crc.getValue());
    try (DiskFile file = disk.open(FILE, Disk.OpenMode.CREATE_NEW)) {
      file.write(header, 0);
    }

    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(MetadataFormatException.NewerVersion.class)
        .hasMessageContaining("version 2");
    assertThat(disk.exists(FILE)).isTrue();
  }
}
