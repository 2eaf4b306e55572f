package io.myelin.sim;

import io.myelin.sim.Node.Directory;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The directories, and the changes to them that are not durable yet.
 *
 * <p>Crash model: changes of different names are independent of each other, those of one name are
 * ordered; a rename is one change, also between directories.
 */
final class Tree {
  private static final Path ROOT = Path.of("/");

  private final Directory root = new Directory();
  private final List<Change> unsynced = new ArrayList<>();

  /** The simulated disk's root is also what relative paths start from. */
  static Path absolute(Path path) {
    return ROOT.resolve(path).normalize();
  }

  /** Null if there is none. */
  Node find(Path path) {
    Node node = root;
    for (Path name : absolute(path)) {
      if (!(node instanceof Directory directory)) {
        return null;
      }
      node = directory.entries.get(name.toString());
    }
    return node;
  }

  Directory requireDirectory(Path path) throws NoSuchFileException, NotDirectoryException {
    return switch (find(path)) {
      case Directory directory -> directory;
      case Node.File file -> throw new NotDirectoryException(path.toString());
      case null -> throw new NoSuchFileException(path.toString());
    };
  }

  /** The directory that has or would have the path's last name. */
  Directory parentOf(Path path) throws NoSuchFileException, NotDirectoryException {
    Path parent = absolute(path).getParent();
    return requireDirectory(parent == null ? ROOT : parent);
  }

  static String nameOf(Path path) {
    return absolute(path).getFileName().toString();
  }

  void link(Directory directory, String name, Node node) {
    change(List.of(new Entry(directory, name, node)));
  }

  void unlink(Directory directory, String name) {
    change(List.of(new Entry(directory, name, null)));
  }

  void move(Directory from, String fromName, Directory to, String toName, Node node) {
    change(List.of(new Entry(from, fromName, null), new Entry(to, toName, node)));
  }

  private void change(List<Entry> entries) {
    entries.forEach(Entry::apply);
    unsynced.add(new Change(entries));
  }

  /** Makes the directory's changes durable, and those that came before them on the same names. */
  void sync(Directory directory) {
    Set<Key> synced = new HashSet<>();
    List<Change> chosen = new ArrayList<>();
    for (Change change : unsynced.reversed()) {
      if (change.touches(directory) || change.touches(synced)) {
        change.collectKeys(synced);
        chosen.addFirst(change);
      }
    }
    chosen.forEach(Change::makeDurable);
    unsynced.removeAll(chosen);
  }

  void losePower(Crash crash, SimRandomness random) {
    // 0 to 4 quarters of the changes survive: all and nothing are likely enough to be met.
    int keptQuarters = crash == Crash.POWER_LOSS ? random.nextInt(5) : 0;
    Set<Key> lost = new HashSet<>();
    for (Change change : unsynced) {
      if (random.nextInt(4) < keptQuarters && !change.touches(lost)) {
        change.makeDurable();
      } else {
        change.collectKeys(lost);
      }
    }
    unsynced.clear();
    revert(root);
  }

  private static void revert(Directory directory) {
    directory.entries.clear();
    directory.entries.putAll(directory.durableEntries);
    for (Node node : directory.entries.values()) {
      if (node instanceof Directory child) {
        revert(child);
      }
    }
  }

  void forEachInode(Consumer<Inode> action) {
    forEachInode(root, action);
  }

  private static void forEachInode(Directory directory, Consumer<Inode> action) {
    for (Node node : directory.entries.values()) {
      switch (node) {
        case Directory child -> forEachInode(child, action);
        case Node.File file -> action.accept(file.inode);
      }
    }
  }

  private record Key(Directory directory, String name) {}

  /** What a name stands for from now on; nothing if {@code node} is null. */
  private record Entry(Directory directory, String name, Node node) {
    void apply() {
      if (node == null) {
        directory.entries.remove(name);
      } else {
        directory.entries.put(name, node);
      }
    }

    void makeDurable() {
      if (node == null) {
        directory.durableEntries.remove(name);
      } else {
        directory.durableEntries.put(name, node);
      }
    }

    Key key() {
      return new Key(directory, name);
    }
  }

  /** Compared by identity: the same change can happen twice. */
  private static final class Change {
    private final List<Entry> entries;

    Change(List<Entry> entries) {
      this.entries = entries;
    }

    boolean touches(Directory directory) {
      return entries.stream().anyMatch(entry -> entry.directory == directory);
    }

    boolean touches(Set<Key> keys) {
      return entries.stream().anyMatch(entry -> keys.contains(entry.key()));
    }

    void collectKeys(Set<Key> keys) {
      entries.forEach(entry -> keys.add(entry.key()));
    }

    void makeDurable() {
      entries.forEach(Entry::makeDurable);
    }
  }
}
