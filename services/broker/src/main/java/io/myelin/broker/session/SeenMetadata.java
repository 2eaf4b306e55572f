package io.myelin.broker.session;

import io.myelin.env.Disk;
import io.myelin.log.dir.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Remembers on disk which metadata this broker has seen, so that a store that was restored from an
 * older copy is noticed even if all processes were started anew. A file {@code metadata-seen} with
 * two lines: the store's id, and the revision. Thread-safe; may block.
 *
 * <p>Crash rule: what is remembered may be some seconds old, never too new.
 */
public final class SeenMetadata {
  private static final String NAME = "metadata-seen";

  private final Disk disk;
  private final Path file;

  /** Of one store. */
  public record Mark(String storeId, long revision) {}

  public SeenMetadata(Disk disk, Path directory) {
    this.disk = disk;
    this.file = directory.resolve(NAME);
  }

  /** Empty: nothing is known, or the file was damaged. */
  public Optional<Mark> load() throws IOException {
    String content = AtomicFile.read(disk, file);
    String[] lines = content == null ? new String[0] : content.split("\n");
    if (lines.length != 2 || !lines[1].matches("\\d{1,18}")) {
      return Optional.empty();
    }
    return Optional.of(new Mark(lines[0], Long.parseLong(lines[1])));
  }

  public void save(Mark mark) throws IOException {
    AtomicFile.write(disk, file, mark.storeId() + "\n" + mark.revision() + "\n");
  }
}
