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
  private static final int LAST_OFFSET_DELTA_AT = 23;
  private static final int PRODUCER_ID_AT = 43;

  private Tampering() {}

  /** Cuts the second half of the batches off each of the topic's logs. */
  static void truncate(Path dataDir, String topic) throws IOException {
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
   * Writes a batch of an idempotent producer again, at the end of each of the topic's logs, under
   * the offsets that come next: the base offset is not under the batch's CRC.
   */
  static void repeatABatch(Path dataDir, String topic) throws IOException {
    for (Path log : logs(dataDir, topic)) {
      try (FileChannel file =
          FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        List<Long> batches = batchPositions(file);
        for (int i = 0; i + 1 < batches.size(); i++) {
          if (head(file, batches.get(i)).getLong(PRODUCER_ID_AT) >= 0) {
            copyToTheEnd(file, batches.get(i), batches.get(i + 1), batches.getLast());
            break;
          }
        }
      }
    }
  }

  private static void copyToTheEnd(FileChannel file, long from, long to, long lastBatch)
      throws IOException {
    ByteBuffer last = head(file, lastBatch);
    ByteBuffer batch = ByteBuffer.allocate(Math.toIntExact(to - from));
    file.read(batch, from);
    batch.putLong(0, last.getLong(0) + last.getInt(LAST_OFFSET_DELTA_AT) + 1);
    file.write(batch.flip(), file.size());
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

  private static ByteBuffer head(FileChannel file, long at) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(PRODUCER_ID_AT + Long.BYTES);
    file.read(head, at);
    return head;
  }
}
