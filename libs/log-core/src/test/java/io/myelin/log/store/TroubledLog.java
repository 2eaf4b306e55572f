package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Disk;
import io.myelin.env.DiskFile;
import io.myelin.log.AppendResult;
import io.myelin.log.AppendResult.Appended;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.PartitionLog;
import io.myelin.log.record.ValidBatch;
import io.myelin.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;

/** A log on a disk that can be filled, broken and crashed. */
abstract class TroubledLog {
  static final Path DIRECTORY = Path.of("/data");
  static final Path FOLDER = DIRECTORY.resolve("t-0");
  static final UUID TOPIC = new UUID(1, 2);
  static final UUID RECREATED = new UUID(3, 4);
  static final long T = 1_700_000_000_000L;
  static final long PLENTY = 1L << 40;

  final SimDisk disk = new SimDisk(11);
  final LogConfig config = StoredLogTest.small(10_000, 1024);
  TestingWorld world;
  LogDirectory directory;
  PartitionLog log;

  @BeforeEach
  void start() throws IOException {
    world = new TestingWorld(disk, 1);
    directory = world.open(DIRECTORY);
    log = directory.open("t", 0, TOPIC, config);
  }

  AppendResult append(ValidBatch batch) {
    return log.append(List.of(batch), 0).getFirst();
  }

  void fill(int batches) {
    for (int i = 0; i < batches; i++) {
      assertThat(append(batch(5, T + i, 100))).isInstanceOf(Appended.class);
    }
    log.advanceHighWatermark(log.view().logEndOffset());
    world.runWorkers();
  }

  void fillDisk() throws IOException {
    disk.setCapacity(disk.totalBytes(DIRECTORY) - disk.usableBytes(DIRECTORY));
  }

  List<String> segments() throws IOException {
    return disk.list(FOLDER).stream().filter(name -> name.endsWith(".log")).sorted().toList();
  }

  LogConfig keeping(long retentionMs) {
    return new LogConfig(
        config.segmentBytes(),
        config.segmentMs(),
        config.segmentJitterMs(),
        config.segmentIndexBytes(),
        config.indexIntervalBytes(),
        config.retentionBytes(),
        retentionMs,
        config.delete(),
        config.compact(),
        config.minCleanableDirtyRatio(),
        config.minCompactionLagMs(),
        config.maxCompactionLagMs(),
        config.deleteRetentionMs(),
        config.fileDeleteDelayMs(),
        config.flushMessages(),
        config.flushMs(),
        config.preallocate(),
        config.producerIdExpirationMs());
  }

  void garble(Path file) throws IOException {
    try (DiskFile index = disk.open(file, Disk.OpenMode.READ_WRITE)) {
      garble(index, (int) index.size() / 8);
    }
  }

  void garble(Path file, int entries) throws IOException {
    try (DiskFile index = disk.open(file, Disk.OpenMode.CREATE)) {
      garble(index, entries);
    }
  }

  static void garble(DiskFile index, int entries) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 * entries);
    for (int i = 0; i + 8 <= bytes.limit(); i += 8) {
      bytes.putInt(i, i / 8).putInt(i + 4, 700 + 13 * i);
    }
    index.write(bytes, 0);
  }
}
