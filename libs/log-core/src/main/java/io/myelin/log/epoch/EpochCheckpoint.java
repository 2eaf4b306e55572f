package io.myelin.log.epoch;

import io.myelin.env.Disk;
import io.myelin.log.dir.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * leader-epoch-checkpoint, Kafka's format: a line with the version (0), one with the number of
 * entries, then {@code EPOCH START_OFFSET} per line.
 */
public final class EpochCheckpoint {
  private EpochCheckpoint() {}

  /**
   * Returns when the entries are on stable storage but for the file's name (the folder's entry).
   */
  public static void write(Disk disk, Path file, LeaderEpochs epochs) throws IOException {
    List<LeaderEpochs.Entry> entries = epochs.entries();
    StringBuilder text = new StringBuilder("0\n").append(entries.size()).append('\n');
    for (LeaderEpochs.Entry entry : entries) {
      text.append(entry.epoch()).append(' ').append(entry.startOffset()).append('\n');
    }
    AtomicFile.replace(disk, file, text.toString());
  }

  /** The entries; null if there is no file, or one that is not readable: the log has them too. */
  public static LeaderEpochs read(Disk disk, Path file) throws IOException {
    String text = AtomicFile.read(disk, file);
    if (text == null) {
      return null;
    }
    String[] lines = text.split("\n");
    List<LeaderEpochs.Entry> entries = new ArrayList<>();
    try {
      if (lines.length < 2 || !lines[0].equals("0")) {
        return null;
      }
      int count = Integer.parseInt(lines[1]);
      for (int i = 2; i < 2 + count; i++) {
        String[] parts = lines[i].split(" ");
        entries.add(new LeaderEpochs.Entry(Integer.parseInt(parts[0]), Long.parseLong(parts[1])));
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return null;
    }
    return LeaderEpochs.of(entries);
  }
}
