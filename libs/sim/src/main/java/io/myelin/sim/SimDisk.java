package io.myelin.sim;

import io.myelin.env.Disk;
import io.myelin.env.DiskFile;
import io.myelin.env.DiskFullException;
import io.myelin.sim.Node.Directory;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * A disk in memory that crashes, fills up, fails and is slow, all by its seed. Paths are taken from
 * its own root; nothing of the machine's is touched.
 *
 * <p>Threads: one at a time; every call takes the disk's lock, so that code under test may use real
 * threads where it need not be repeatable.
 *
 * <p>Crash rule: {@link #crash} decides about everything that was not made durable; see {@link
 * Inode} for bytes and {@link Tree} for names. Files opened before are dead after it, locks free.
 */
public final class SimDisk implements Disk {
  /** Plenty: whoever wants it full says so. */
  private static final long DEFAULT_CAPACITY_BYTES = 1L << 40;

  private final SimRandomness random;
  private final DiskFaults faults;
  private final Tree tree = new Tree();
  private final Set<Path> locks = new HashSet<>();
  private long capacityBytes = DEFAULT_CAPACITY_BYTES;
  private long usedBytes;
  private boolean allocatesLate;
  private int life;
  private int powerLosses;

  /** A disk on which operations take no time. */
  public SimDisk(long seed) {
    this(new SimRandomness(seed), ns -> {});
  }

  /**
   * @param chargeNs is told how long operations take, in nanoseconds
   */
  public SimDisk(SimRandomness random, LongConsumer chargeNs) {
    this.random = random;
    this.faults = new DiskFaults(random.split(), chargeNs);
  }

  /** What fails and what is slow. */
  public DiskFaults faults() {
    return faults;
  }

  /** Sets the size of the disk; writes that do not fit fail, what is there stays. */
  public synchronized void setCapacity(long bytes) {
    capacityBytes = bytes;
  }

  /**
   * Whether room is looked for when bytes are forced, not when they are written, as with thin
   * volumes or over a network. Then a full disk takes what is written, and forcing a file that has
   * grown fails as any failed force does: what was not forced is dropped.
   */
  public synchronized void allocateLate(boolean late) {
    allocatesLate = late;
  }

  /** Ends the process that uses the disk. What comes next is the next process. */
  public synchronized void crash(Crash crash) {
    life++;
    locks.clear();
    if (crash == Crash.PROCESS_KILL) {
      tree.forEachInode(inode -> inode.openHandles = 0);
    } else {
      powerLosses++;
      tree.losePower(crash, random);
      tree.forEachInode(inode -> inode.losePower(crash, random));
    }
    usedBytes = 0;
    tree.forEachInode(
        inode -> {
          inode.linked = true;
          usedBytes += inode.content().size();
        });
  }

  /** Flips one bit on the platter and in the page cache. */
  public synchronized void flipBit(Path file, long position, int bit) throws IOException {
    requireFile(file).flipBit(position, bit);
  }

  @Override
  public synchronized DiskFile open(Path file, OpenMode mode) throws IOException {
    faults.check(DiskOperation.OPEN, file, 0);
    Inode inode =
        switch (tree.find(file)) {
          case Directory directory ->
              throw new FileSystemException(file.toString(), null, "Is a directory");
          case Node.File existing -> {
            if (mode == OpenMode.CREATE_NEW) {
              throw new FileAlreadyExistsException(file.toString());
            }
            yield existing.inode;
          }
          case null -> {
            if (mode == OpenMode.READ || mode == OpenMode.READ_WRITE) {
              throw new NoSuchFileException(file.toString());
            }
            yield create(file);
          }
        };
    inode.openHandles++;
    return new SimDiskFile(this, file, inode, mode != OpenMode.READ, life);
  }

  private Inode create(Path file) throws IOException {
    Directory parent = tree.parentOf(file);
    requireRoom(file);
    Inode inode = new Inode();
    tree.link(parent, Tree.nameOf(file), new Node.File(inode));
    return inode;
  }

  @Override
  public synchronized List<String> list(Path directory) throws IOException {
    faults.check(DiskOperation.LIST, directory, 0);
    List<String> names = new ArrayList<>(tree.requireDirectory(directory).entries.keySet());
    // Whoever relies on an order is found out.
    Collections.shuffle(names, Random.from(random.generator()));
    return names;
  }

  @Override
  public synchronized boolean exists(Path path) {
    return tree.find(path) != null;
  }

  @Override
  public synchronized boolean isDirectory(Path path) {
    return tree.find(path) instanceof Directory;
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    faults.check(DiskOperation.CREATE_DIRECTORY, directory, 0);
    Path path = Tree.absolute(directory);
    for (int count = 1; count <= path.getNameCount(); count++) {
      Path part = path.getRoot().resolve(path.subpath(0, count));
      Node node = tree.find(part);
      if (node instanceof Node.File) {
        throw new FileAlreadyExistsException(part.toString());
      }
      if (node == null) {
        requireRoom(part);
        tree.link(tree.parentOf(part), Tree.nameOf(part), new Directory());
      }
    }
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    faults.check(DiskOperation.RENAME, from, 0);
    Node node = tree.find(from);
    if (node == null) {
      throw new NoSuchFileException(from.toString());
    }
    Node replaced = tree.find(to);
    if (node == replaced) {
      return;
    }
    Directory target = tree.parentOf(to);
    if (Tree.absolute(to).startsWith(Tree.absolute(from))) {
      throw new FileSystemException(from.toString(), to.toString(), "Invalid argument");
    }
    checkReplaceable(node, replaced, to);
    tree.move(tree.parentOf(from), Tree.nameOf(from), target, Tree.nameOf(to), node);
    forget(replaced);
  }

  private static void checkReplaceable(Node node, Node replaced, Path to) throws IOException {
    switch (replaced) {
      case null -> {}
      case Node.File file -> {
        if (node instanceof Directory) {
          throw new FileSystemException(to.toString(), null, "Not a directory");
        }
      }
      case Directory directory -> {
        if (node instanceof Node.File) {
          throw new FileSystemException(to.toString(), null, "Is a directory");
        }
        requireEmpty(directory, to);
      }
    }
  }

  private static void requireEmpty(Directory directory, Path path) throws IOException {
    if (!directory.entries.isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
  }

  @Override
  public synchronized void deleteIfExists(Path path) throws IOException {
    faults.check(DiskOperation.DELETE, path, 0);
    Node node = tree.find(path);
    if (node == null) {
      return;
    }
    if (node instanceof Directory directory) {
      requireEmpty(directory, path);
    }
    tree.unlink(tree.parentOf(path), Tree.nameOf(path));
    forget(node);
  }

  private void forget(Node node) {
    if (node instanceof Node.File file) {
      file.inode.linked = false;
      freeIfUnused(file.inode);
    }
  }

  @Override
  public synchronized void syncDirectory(Path directory) throws IOException {
    Directory synced = tree.requireDirectory(directory);
    faults.check(DiskOperation.SYNC_DIRECTORY, directory, 0);
    tree.sync(synced);
  }

  @Override
  public synchronized long usableBytes(Path path) {
    return Math.max(0, capacityBytes - usedBytes);
  }

  @Override
  public synchronized long totalBytes(Path path) {
    return capacityBytes;
  }

  @Override
  public synchronized String cacheIdentity(Path path) {
    return "boot-" + powerLosses;
  }

  @Override
  public synchronized AutoCloseable tryLock(Path file) throws IOException {
    faults.check(DiskOperation.LOCK, file, 0);
    Path path = Tree.absolute(file);
    if (!locks.add(path)) {
      return null;
    }
    if (tree.find(path) == null) {
      create(path);
    }
    int lifeOfHolder = life;
    return () -> unlock(path, lifeOfHolder);
  }

  private synchronized void unlock(Path path, int lifeOfHolder) {
    // A dead process's handle must not free the next one's lock.
    if (lifeOfHolder == life) {
      locks.remove(path);
    }
  }

  int life() {
    return life;
  }

  SimRandomness random() {
    return random;
  }

  /** How many of {@code bytes} more there is room for; they count as used from now on. */
  long allocate(long bytes) {
    long granted = allocatesLate ? bytes : Math.clamp(capacityBytes - usedBytes, 0, bytes);
    usedBytes += granted;
    return granted;
  }

  /** Whether there is room on the platter for what {@code inode} has. */
  boolean canForce(Inode inode) {
    return !allocatesLate || usedBytes <= capacityBytes || !inode.hasGrown();
  }

  void free(long bytes) {
    usedBytes -= bytes;
  }

  void freeIfUnused(Inode inode) {
    if (!inode.linked && inode.openHandles == 0) {
      free(inode.content().size());
    }
  }

  private void requireRoom(Path path) throws DiskFullException {
    if (!allocatesLate && usedBytes >= capacityBytes) {
      throw new DiskFullException("Cannot create " + path + ": no space left on the disk", null);
    }
  }

  private Inode requireFile(Path path) throws IOException {
    if (tree.find(path) instanceof Node.File file) {
      return file.inode;
    }
    throw new NoSuchFileException(path.toString());
  }
}
