package io.myelin.log.dir;

import io.myelin.env.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A checkpoint of one offset per partition, Kafka's format: a line with the version (0), one with
 * the number of entries, then {@code TOPIC PARTITION OFFSET} per line.
 */
final class OffsetCheckpoint {
  private OffsetCheckpoint() {}

  /** Returns when the entries are on stable storage. Keys are folder names. */
  static void write(Disk disk, Path file, Map<String, Long> offsets) throws IOException {
    StringBuilder text = new StringBuilder(32 * offsets.size() + 16);
    text.append("0\n").append(offsets.size()).append('\n');
    offsets.forEach(
        (folder, offset) -> {
          int dash = folder.lastIndexOf('-');
          text.append(folder, 0, dash).append(' ').append(folder, dash + 1, folder.length());
          text.append(' ').append(offset).append('\n');
        });
    AtomicFile.write(disk, file, text.toString());
  }

  /** The entries; none if there is no file. */
  static Map<String, Long> read(Disk disk, Path file) throws IOException {
    Map<String, Long> offsets = new HashMap<>();
    String text = AtomicFile.read(disk, file);
    if (text == null) {
      return offsets;
    }
    String[] lines = text.split("\n");
    try {
      if (!lines[0].trim().equals("0")) {
        throw new NumberFormatException("version " + lines[0]);
      }
      int count = Integer.parseInt(lines[1].trim());
      for (int i = 2; i < 2 + count; i++) {
        String[] parts = lines[i].trim().split("\\s+");
        offsets.put(parts[0] + "-" + Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IOException(
          file
              + " is not readable as a checkpoint. Move it away: logs are then recovered from their start, and nothing is lost.",
          e);
    }
    return offsets;
  }
}
