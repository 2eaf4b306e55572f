package io.myelin.log.dir;

import io.myelin.env.Disk;
import io.myelin.env.Disk.OpenMode;
import io.myelin.env.DiskFile;
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

  /** The topic id, or null if there is no readable file. */
  static UUID read(Disk disk, Path folder) throws IOException {
    String text = AtomicFile.read(disk, folder.resolve(FileNames.PARTITION_METADATA));
    if (text == null || !text.startsWith(VERSION + "0\n" + TOPIC_ID)) {
      return null;
    }
    return Base64Uuid.parse(text.substring(text.indexOf(TOPIC_ID) + TOPIC_ID.length()).trim());
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
