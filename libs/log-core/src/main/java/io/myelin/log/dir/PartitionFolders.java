package io.myelin.log.dir;

import io.myelin.env.Disk;
import io.myelin.env.Environment;
import io.myelin.env.Randomness;
import io.myelin.log.LogDirectory.StoredPartition;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The folders of a log directory that hold partitions: which there are, and how they are put out of
 * the way. Thread-safe for different folders; may block.
 *
 * <p>Crash rule: what is renamed is so durably on return; deleting may be cut off anywhere and is
 * done again after the next start.
 */
final class PartitionFolders {
  private final Disk disk;
  private final Randomness randomness;
  private final Path directory;

  PartitionFolders(Environment environment, Path directory) {
    this.disk = environment.disk();
    this.randomness = environment.randomness();
    this.directory = directory;
  }

  List<FolderName> list() throws IOException {
    List<FolderName> folders = new ArrayList<>();
    for (String name : disk.list(directory)) {
      FolderName parsed = name.endsWith(FolderName.DELETED) ? null : FolderName.parse(name);
      if (parsed != null && disk.isDirectory(directory.resolve(name))) {
        folders.add(parsed);
      }
    }
    return folders;
  }

  /** {@link #list} with whose they are. */
  List<StoredPartition> stored() throws IOException {
    List<StoredPartition> stored = new ArrayList<>();
    for (FolderName name : list()) {
      stored.add(new StoredPartition(name.topic(), name.partition(), topicId(name)));
    }
    return stored;
  }

  private UUID topicId(FolderName name) throws IOException {
    try {
      return PartitionMetadata.readIfSound(disk, directory.resolve(name.toString()));
    } catch (AccessDeniedException e) {
      return null; // whoever opens the partition is told
    }
  }

  /** Nobody has asked to delete what is in there, so it stays; as in Kafka, under another name. */
  Path setAside(FolderName name) throws IOException {
    return rename(name, name.forStray(uniqueName()));
  }

  /** Takes the folder's name away; it is left to {@link #delete}. */
  Path mark(FolderName name) throws IOException {
    return rename(name, name.forDeletion(uniqueName()));
  }

  private Path rename(FolderName name, String other) throws IOException {
    Path renamed = directory.resolve(other);
    disk.rename(directory.resolve(name.toString()), renamed);
    disk.syncDirectory(directory);
    return renamed;
  }

  private String uniqueName() {
    return "%016x%016x".formatted(randomness.nextLong(), randomness.nextLong());
  }

  /** Folders that are marked and still there. */
  List<Path> marked() throws IOException {
    return disk.list(directory).stream()
        .filter(name -> name.endsWith(FolderName.DELETED))
        .map(directory::resolve)
        .toList();
  }

  void delete(Path folder) throws IOException {
    for (String file : disk.list(folder)) {
      disk.deleteIfExists(folder.resolve(file));
    }
    disk.deleteIfExists(folder);
  }
}
