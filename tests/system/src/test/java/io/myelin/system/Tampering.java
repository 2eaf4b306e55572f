package io.myelin.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What nobody but a test does to the files of a broker that is not running. */
final class Tampering {
  // Of a record batch: base offset i64, length of the rest i32.
  private static final int BATCH_HEAD_BYTES = 12;

  private Tampering() {}

  /** Cuts the second half of the batches off each of the topic's logs. */
  static void truncate(Path dataDir, String topic) throws IOException {
    forgetTheOrderlyStop(dataDir);
    for (Path log : logs(dataDir, topic)) {
      try (FileChannel file =
          FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        List<Long> batches = batchPositions(file);
        if (!batches.isEmpty()) {
          file.truncate(batches.get(batches.size() / 2));
        }
      }
    }
  }

  /**
   * Writes the topic's first batches again, at the ends of its logs, under the offsets that come
   * next: the base offset is not under the batch's CRC.
   */
  static void repeatTheFirstBatch(Path dataDir, String topic) throws IOException {
    for (Path log : logs(dataDir, topic)) {
      try (FileChannel file =
          FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        List<Long> batches = batchPositions(file);
        if (batches.size() > 1) {
          ByteBuffer batch = ByteBuffer.allocate(Math.toIntExact(batches.get(1)));
          file.read(batch, 0);
          batch.putLong(0, endOffset(file, batches.getLast()));
          file.write(batch.flip(), file.size());
        }
      }
    }
  }

  private static List<Path> logs(Path dataDir, String topic) {
    try (Stream<Path> files = Files.walk(dataDir)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".log"))
          .filter(file -> file.getParent().getFileName().toString().matches(topic + "-\\d+"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** So that the broker looks at the logs when it starts. */
  private static void forgetTheOrderlyStop(Path dataDir) throws IOException {
    try (Stream<Path> files = Files.walk(dataDir)) {
      for (Path marker : files.filter(file -> file.endsWith(".kafka_cleanshutdown")).toList()) {
        Files.delete(marker);
      }
    }
  }

  private static List<Long> batchPositions(FileChannel file) throws IOException {
    List<Long> positions = new ArrayList<>();
    ByteBuffer head = ByteBuffer.allocate(BATCH_HEAD_BYTES);
    for (long at = 0; at + BATCH_HEAD_BYTES <= file.size(); ) {
      positions.add(at);
      file.read(head.clear(), at);
      at += BATCH_HEAD_BYTES + head.getInt(Long.BYTES);
    }
    return positions;
  }

  private static long endOffset(FileChannel file, long lastBatch) throws IOException {
    // Base offset i64 at 0, last offset delta i32 at 23.
    ByteBuffer head = ByteBuffer.allocate(27);
    file.read(head, lastBatch);
    return head.getLong(0) + head.getInt(23) + 1;
  }
}
