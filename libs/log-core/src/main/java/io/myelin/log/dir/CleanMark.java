package io.myelin.log.dir;

import io.myelin.env.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mark of a clean stop, {@code .kafka_cleanshutdown}: Kafka's JSON, with the broker epoch of
 * the life that ended (KIP-966). A disk whose mark names an older life than the controller knows is
 * an older disk.
 */
final class CleanMark {
  /** Of a mark that does not say. */
  static final long UNKNOWN = 0;

  private static final String NAME = ".kafka_cleanshutdown";
  private static final Pattern EPOCH = Pattern.compile("\"brokerEpoch\"\\s*:\\s*(\\d+)");

  private final Disk disk;
  private final Path directory;

  CleanMark(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  boolean exists() {
    return disk.exists(directory.resolve(NAME));
  }

  long brokerEpoch() throws IOException {
    String content = AtomicFile.read(disk, directory.resolve(NAME));
    Matcher matcher = EPOCH.matcher(content == null ? "" : content);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : UNKNOWN;
  }

  void write(long brokerEpoch) throws IOException {
    AtomicFile.write(
        disk,
        directory.resolve(NAME),
        "{\"version\":0,\"brokerEpoch\":%d}".formatted(brokerEpoch == UNKNOWN ? -1 : brokerEpoch));
  }

  void remove() throws IOException {
    disk.deleteIfExists(directory.resolve(NAME));
    disk.syncDirectory(directory);
  }
}
