package io.myelin.log.dir;

import io.myelin.env.Disk;
import io.myelin.env.Randomness;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Properties;
import java.util.UUID;

/**
 * meta.properties, version 1: whose directory this is.
 *
 * @param clusterId cluster.id
 * @param nodeId node.id
 * @param directoryId directory.id
 */
record MetaProperties(String clusterId, int nodeId, UUID directoryId) {
  static final String FILE = "meta.properties";

  /**
   * The file's content; written first if there is none. A directory of another cluster or node is
   * refused.
   */
  static MetaProperties readOrCreate(
      Disk disk, Path directory, String clusterId, int nodeId, Randomness randomness)
      throws IOException {
    Path file = directory.resolve(FILE);
    String text = AtomicFile.read(disk, file);
    if (text == null) {
      MetaProperties fresh = new MetaProperties(clusterId, nodeId, Base64Uuid.random(randomness));
      fresh.write(disk, file);
      return fresh;
    }
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IllegalArgumentException e) {
      throw unreadable(file, e);
    }
    if (properties.getProperty("version") == null) {
      throw unreadable(file, null);
    }
    require(file, "version", "1", properties.getProperty("version"));
    require(file, "cluster.id", clusterId, properties.getProperty("cluster.id"));
    require(file, "node.id", Integer.toString(nodeId), properties.getProperty("node.id"));
    String id = properties.getProperty("directory.id");
    UUID parsed = id == null ? null : Base64Uuid.parse(id);
    if (parsed != null) {
      return new MetaProperties(clusterId, nodeId, parsed);
    }
    // Kafka before 3.7 wrote none.
    MetaProperties completed = new MetaProperties(clusterId, nodeId, Base64Uuid.random(randomness));
    completed.write(disk, file);
    return completed;
  }

  private static IOException unreadable(Path file, Exception cause) {
    return new IOException(
        file
            + " cannot be read as the properties of a log directory. Restore it from a copy, or move it away if the directory belongs to this broker for certain.",
        cause);
  }

  private static void require(Path file, String key, String expected, String found)
      throws IOException {
    if (!expected.equals(found)) {
      throw new IOException(
          "%s has %s=%s, but this broker has %s: the directory belongs to another one. Choose another directory, or the setting that fits."
              .formatted(file, key, found, expected));
    }
  }

  private void write(Disk disk, Path file) throws IOException {
    AtomicFile.write(
        disk,
        file,
        "cluster.id=%s\ndirectory.id=%s\nnode.id=%d\nversion=1\n"
            .formatted(clusterId, Base64Uuid.toText(directoryId), nodeId));
  }
}
