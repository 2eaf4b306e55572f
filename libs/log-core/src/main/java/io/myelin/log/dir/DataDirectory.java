package io.myelin.log.dir;

import io.myelin.env.Disk;
import io.myelin.env.Environment;
import io.myelin.log.CompactionThrottle;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogDirectorySettings;
import io.myelin.log.LogView;
import io.myelin.log.PartitionLog;
import io.myelin.log.store.FileCache;
import io.myelin.log.store.Folder;
import io.myelin.log.store.LogLoader;
import io.myelin.log.store.StoredLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** A log directory in Kafka's layout; see {@link LogDirectory}. */
public final class DataDirectory implements LogDirectory, StoredLog.Home {
  private static final String LOCK = ".lock";

  private final Environment environment;
  private final Path path;
  private final LogDirectorySettings settings;
  private final AutoCloseable lock;
  private final MetaProperties meta;
  private final Executor workers;
  private final FileCache files;
  private final PartitionFolders folders;
  private final Checkpoints checkpoints;
  private final CleanMark mark;
  private final boolean wasClean;
  private final OwnerEpoch owner;
  private final long formerlyOwnedIn;
  private volatile long brokerEpoch;
  private final PageCacheTrust pageCache;
  private final Map<String, StoredLog> logs = new ConcurrentHashMap<>();
  private final Queue<IOException> closeFailures = new ConcurrentLinkedQueue<>();

  /** Nothing is opened any more. */
  private volatile boolean closing;

  private boolean closed;

  private DataDirectory(
      Environment environment, Path path, LogDirectorySettings settings, AutoCloseable lock)
      throws IOException {
    this.environment = environment;
    this.path = path;
    this.settings = settings;
    this.lock = lock;
    Disk disk = environment.disk();
    this.meta =
        MetaProperties.readOrCreate(
            disk, path, settings.clusterId(), settings.nodeId(), environment.randomness());
    this.workers = environment.threads().pool("log-" + path.getFileName(), settings.workers());
    this.files = new FileCache(disk, workers, settings.openFilesMax());
    this.folders = new PartitionFolders(environment, path);
    this.checkpoints = Checkpoints.read(disk, path);
    this.mark = new CleanMark(disk, path);
    this.wasClean = mark.exists();
    this.owner = new OwnerEpoch(disk, path);
    this.formerlyOwnedIn = wasClean ? mark.brokerEpoch() : owner.read();
    // An orderly stop stays one until somebody registers. What a kill or a power cut left is not
    // vouched for by a life that only stopped in order after it.
    this.brokerEpoch = wasClean ? formerlyOwnedIn : CleanMark.UNKNOWN;
    mark.remove();
    this.pageCache = new PageCacheTrust(disk, path, wasClean || folders.list().isEmpty());
  }

  /** See {@link LogDirectory#open}. */
  public static DataDirectory open(
      Environment environment, Path path, LogDirectorySettings settings) throws IOException {
    try {
      return lockAndOpen(environment, path, settings);
    } catch (AccessDeniedException e) {
      throw new IOException(
          "%s cannot be used: no permission for %s. Give this user the right to read and write there, or choose another directory."
              .formatted(path, e.getFile()),
          e);
    }
  }

  private static DataDirectory lockAndOpen(
      Environment environment, Path path, LogDirectorySettings settings) throws IOException {
    Disk disk = environment.disk();
    disk.createDirectoriesDurably(path);
    AutoCloseable lock = disk.tryLock(path.resolve(LOCK));
    if (lock == null) {
      throw new IOException(
          path
              + " is in use by another process (it holds "
              + LOCK
              + "). Stop that process, or choose another directory.");
    }
    try {
      DataDirectory directory = new DataDirectory(environment, path, settings, lock);
      directory.finishDeletions();
      return directory;
    } catch (IOException | RuntimeException e) {
      unlock(lock, e);
      throw e;
    }
  }

  private static void unlock(AutoCloseable lock, Exception cause) {
    try {
      lock.close();
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public UUID id() {
    return meta.directoryId();
  }

  @Override
  public boolean wasCleanlyClosed() {
    return wasClean;
  }

  @Override
  public long formerlyOwnedIn() {
    return formerlyOwnedIn;
  }

  @Override
  public void ownedIn(long epoch) {
    brokerEpoch = epoch;
  }

  @Override
  public synchronized void rememberOwner() throws IOException {
    if (!closed) {
      owner.write(brokerEpoch);
    }
  }

  @Override
  public List<StoredPartition> stored() throws IOException {
    return folders.stored();
  }

  @Override
  public PartitionLog open(String topic, int partition, UUID topicId, LogConfig config)
      throws IOException {
    String name = new FolderName(topic, partition).toString();
    StoredLog opened = logs.get(name);
    if (opened != null) {
      throw new IllegalStateException(name + " is open already");
    }
    if (closing) {
      throw new IOException(path + " is closed");
    }
    try {
      StoredLog log = load(new FolderName(topic, partition), topicId, config);
      checkpoints.touched(name);
      logs.put(name, log);
      return log;
    } catch (AccessDeniedException e) {
      throw new IOException(
          "no permission for %s. Give this user the right to read and write there."
              .formatted(e.getFile()),
          e);
    }
  }

  private StoredLog load(FolderName folderName, UUID topicId, LogConfig config) throws IOException {
    String name = folderName.toString();
    Disk disk = environment.disk();
    Path folder = path.resolve(name);
    LogLoader.Known known;
    boolean stored = disk.exists(folder);
    UUID storedId = stored ? storedTopic(folder, name) : null;
    if (stored && topicId != null && isAnothers(storedId, topicId, name)) {
      folders.setAside(folderName);
      checkpoints.forget(name);
      stored = false;
      storedId = null;
    }
    if (stored) {
      boolean clean = wasClean && !checkpoints.wasTouched(name);
      known = checkpoints.known(name, clean, pageCache.isSound());
    } else {
      checkpoints.forget(name);
      if (checkpoints.isStale(name)) {
        checkpoint();
      }
      disk.createDirectories(folder);
      known = new LogLoader.Known(true, true, 0, 0, 0, 0);
    }
    try {
      if (topicId != null && storedId == null) {
        PartitionMetadata.write(disk, folder, topicId);
      }
      return LogLoader.open(
          new Folder(environment, files, workers, settings.warmBytesMax(), folder),
          config,
          known,
          this);
    } catch (IOException e) {
      if (!stored) {
        undoCreation(folder, e);
      }
      throw e;
    }
  }

  /** A folder without its topic id would be taken for another topic's at the next attempt. */
  private void undoCreation(Path folder, IOException cause) {
    try {
      folders.delete(folder);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * A log that was never flushed may have lost a part of its file in a power failure; any other has
   * to be sound.
   */
  private UUID storedTopic(Path folder, String name) throws IOException {
    Disk disk = environment.disk();
    return checkpoints.hasRecoveryPoint(name)
        ? PartitionMetadata.read(disk, folder)
        : PartitionMetadata.readIfSound(disk, folder);
  }

  /**
   * Whether a folder of this name holds the records of another topic, which was deleted when a
   * crash came in between. The id becomes durable with the first flush: without it and without a
   * recovery point, nothing here was ever durable, and whose it was is not known.
   */
  private boolean isAnothers(UUID storedId, UUID topicId, String name) {
    return storedId == null ? !checkpoints.hasRecoveryPoint(name) : !storedId.equals(topicId);
  }

  @Override
  public void delete(String topic, int partition) throws IOException {
    FolderName name = new FolderName(topic, partition);
    StoredLog log = logs.remove(name.toString());
    long delayMs = LogConfig.DEFAULT.fileDeleteDelayMs();
    if (log != null) {
      log.closeFiles();
      delayMs = log.config().fileDeleteDelayMs();
    }
    checkpoints.forget(name.toString());
    if (!environment.disk().exists(path.resolve(name.toString()))) {
      return; // it was never opened
    }
    Path doomed = folders.mark(name);
    environment.scheduler().after(delayMs, () -> workers.execute(() -> removeFolder(doomed)));
  }

  @Override
  public Path setAside(String topic, int partition) throws IOException {
    FolderName name = new FolderName(topic, partition);
    if (logs.containsKey(name.toString())) {
      throw new IllegalStateException(name + " is open");
    }
    Path aside = folders.setAside(name);
    checkpoints.forget(name.toString());
    return aside;
  }

  private void finishDeletions() throws IOException {
    for (Path doomed : folders.marked()) {
      workers.execute(() -> removeFolder(doomed));
    }
  }

  private void removeFolder(Path doomed) {
    try {
      folders.delete(doomed);
    } catch (IOException e) {
      // Nothing that is needed is lost; the next start tries again.
      throw new UncheckedIOException("cannot delete " + doomed, e);
    }
  }

  @Override
  public CompletionStage<Boolean> compact(
      String topic, int partition, long mapBytesMax, CompactionThrottle throttle, Executor shard) {
    String name = new FolderName(topic, partition).toString();
    StoredLog log = logs.get(name);
    if (log == null) {
      return CompletableFuture.completedStage(false);
    }
    return log.compact(checkpoints.cleanedUpTo(name), mapBytesMax, throttle, shard)
        .thenApplyAsync(cleanedTo -> rememberCleaned(log, name, cleanedTo), workers);
  }

  private boolean rememberCleaned(StoredLog log, String name, Long cleanedTo) {
    // A log that was deleted meanwhile must not leave its offset to a new one of its name.
    if (cleanedTo == null || logs.get(name) != log) {
      return false;
    }
    try {
      checkpoints.cleaned(name, cleanedTo);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write where compaction of " + name + " ended", e);
    }
  }

  @Override
  public void checkpoint() throws IOException {
    checkpoints.write(offsets());
  }

  @Override
  public void writeRecoveryPoints() throws IOException {
    checkpoints.writeRecoveryPoints(offsets());
  }

  @Override
  public void logFailed() throws IOException {
    pageCache.lose();
  }

  private Map<String, Checkpoints.Offsets> offsets() {
    Map<String, Checkpoints.Offsets> offsets = new HashMap<>();
    logs.forEach(
        (name, log) -> {
          LogView view = log.view();
          offsets.put(
              name,
              new Checkpoints.Offsets(
                  log.recoveryPoint(),
                  view.logStartOffset(),
                  log.firstSegmentOffset(),
                  view.highWatermark()));
        });
    return offsets;
  }

  @Override
  public CompletableFuture<Void> closeLogs() {
    closing = true;
    return CompletableFuture.allOf(
        logs.values().stream()
            .map(log -> CompletableFuture.runAsync(() -> close(log), workers))
            .toArray(CompletableFuture[]::new));
  }

  private void close(StoredLog log) {
    try {
      log.close();
    } catch (IOException e) {
      closeFailures.add(e);
    } catch (RuntimeException | Error e) {
      closeFailures.add(new IOException("unexpected error while closing a log", e));
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    closing = true;
    logs.values().forEach(this::close); // no effect on one that is closed already
    IOException failure = null;
    for (IOException one : closeFailures) {
      failure = firstOf(failure, one);
    }
    boolean clean =
        failure == null && logs.values().stream().allMatch(log -> log.failure() == null);
    try {
      checkpoint();
      if (clean && (wasClean || checkpoints.allTouched(folders.list()))) {
        mark.write(brokerEpoch);
      }
    } catch (IOException e) {
      failure = firstOf(failure, e);
    }
    try {
      lock.close();
    } catch (Exception e) {
      failure = firstOf(failure, new IOException("cannot release " + path.resolve(LOCK), e));
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static IOException firstOf(IOException first, IOException next) {
    if (first == null) {
      return next;
    }
    first.addSuppressed(next);
    return first;
  }
}
