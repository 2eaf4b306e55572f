package io.myelin.log.dir;

import io.myelin.env.Disk;
import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
import io.myelin.log.CorruptLogException;
import io.myelin.log.store.FileNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/** partition.metadata, Kafka's format: {@code version: 0} and {@code topic_id: BASE64}. */
final class PartitionMetadata {
  private static final String VERSION = "version: ";
  private static final String TOPIC_ID = "topic_id: ";

  private PartitionMetadata() {}

  /**
   * The topic id, or null if there is no file, or one whose bytes a crash has taken.
   *
   * @throws CorruptLogException if there are other bytes: whose folder it is has to be found out
   *     before anybody writes into it
   */
  static UUID read(Disk disk, Path folder) throws IOException {
    Path file = folder.resolve(FileNames.PARTITION_METADATA);
    String text = AtomicFile.read(disk, file);
    if (text == null || text.chars().allMatch(c -> c == 0)) {
      return null;
    }
    UUID id =
        text.startsWith(VERSION + "0\n" + TOPIC_ID)
            ? Base64Uuid.parse(text.substring(text.indexOf(TOPIC_ID) + TOPIC_ID.length()).trim())
            : null;
    if (id == null) {
      throw new CorruptLogException(
          file
              + " has no topic id that can be read. Restore it, or delete it if the folder belongs to the topic of its name.");
    }
    return id;
  }

  /** Like {@link #read}, null as well where it cannot be read. */
  static UUID readIfSound(Disk disk, Path folder) throws IOException {
    try {
      return read(disk, folder);
    } catch (CorruptLogException e) {
      return null; // whoever opens the partition is told
    }
  }

  /** Writes the file; durable with the first flush of the log, which nothing precedes. */
  static void write(Disk disk, Path folder, UUID topicId) throws IOException {
    String text = VERSION + "0\n" + TOPIC_ID + Base64Uuid.toText(topicId);
    try (DiskFile out = disk.open(folder.resolve(FileNames.PARTITION_METADATA), OpenMode.CREATE)) {
      out.truncate(0);
      out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }
  }
}
