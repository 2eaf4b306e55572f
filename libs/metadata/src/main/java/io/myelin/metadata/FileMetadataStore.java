package io.myelin.metadata;

import io.myelin.env.Disk;
import io.myelin.env.Randomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A store in one append-only file, compacted now and then: the embedded default.
 *
 * <p>Guarantee: a commit's future completes after its bytes were forced to the disk. Commits that
 * wait while another is being written share the next write and force. Thread-safe; the disk is
 * touched on the given serial executor only, and futures complete there.
 *
 * <p>Crash rule: see {@link StoreFile}. A write that fails (no room, say) is cut off again, its
 * futures fail, and later commits are tried anew; where that is impossible the store refuses
 * everything until it is opened again.
 */
public final class FileMetadataStore implements MetadataStore {
  // 1 MiB: reading that much at a start costs a few milliseconds.
  private static final long COMPACTION_BYTES_MIN = 1 << 20;

  // Operations in one frame: bounds the memory of a group and the loss when it is torn.
  private static final int GROUP_TRANSACTIONS_MAX = 1024;

  // 16 MiB of a frame's 64: a longer one would not be believed when the file is read.
  private static final long GROUP_BYTES_MAX = 16 << 20;

  private final StoreFile file;
  private final String storeId;
  private final Executor executor;
  private final ConcurrentLinkedQueue<Pending> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean draining = new AtomicBoolean();
  private volatile StoreState state;
  private volatile StoreClosedException refusal;
  private boolean fileClosed;

  private record Pending(Transaction transaction, CompletableFuture<Outcome> future) {}

  private FileMetadataStore(StoreFile.Opened opened, Executor executor) {
    this.file = opened.file();
    this.storeId = opened.storeId();
    this.state = opened.state();
    this.executor = executor;
  }

  /**
   * Opens the store of {@code directory}, or makes a new one. Blocks on the disk.
   *
   * @param executor a serial one, whose tasks may block
   * @throws MetadataFormatException if the file cannot be read; it is left as it is
   */
  public static FileMetadataStore open(
      Disk disk, Path directory, Executor executor, Randomness randomness) throws IOException {
    return new FileMetadataStore(
        StoreFile.open(disk, directory, () -> newStoreId(randomness)), executor);
  }

  @Override
  public CompletableFuture<Listing> list() {
    StoreClosedException refused = refusal;
    return refused != null
        ? CompletableFuture.failedFuture(refused)
        : CompletableFuture.completedFuture(state.listing());
  }

  @Override
  public CompletableFuture<Outcome> commit(Transaction transaction) {
    transaction.checkSize(operationsMax());
    Pending pending = new Pending(transaction, new CompletableFuture<>());
    queue.add(pending);
    if (draining.compareAndSet(false, true)) {
      executor.execute(this::drain);
    }
    return pending.future();
  }

  @Override
  public String storeId() {
    return storeId;
  }

  /** Commits that were not written yet fail. */
  @Override
  public void close() {
    if (refusal == null) {
      refusal = new StoreClosedException();
    }
    executor.execute(this::closeFile);
  }

  private void drain() {
    draining.set(false);
    List<Pending> group = new ArrayList<>();
    long bytes = 0;
    for (Pending next = queue.poll(); next != null; next = queue.poll()) {
      group.add(next);
      bytes += next.transaction().bytes();
      if (group.size() == GROUP_TRANSACTIONS_MAX || bytes >= GROUP_BYTES_MAX) {
        write(group);
        group = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!group.isEmpty()) {
      write(group);
    }
  }

  private void write(List<Pending> group) {
    if (refusal != null) {
      StoreClosedException refused = refusal;
      group.forEach(pending -> pending.future().completeExceptionally(refused));
      return;
    }
    StoreState before = state;
    StoreState after = before;
    List<Transaction> accepted = new ArrayList<>(group.size());
    List<Outcome> outcomes = new ArrayList<>(group.size());
    for (Pending pending : group) {
      List<String> conflicts = after.conflicts(pending.transaction());
      if (conflicts.isEmpty()) {
        after = after.apply(pending.transaction());
        accepted.add(pending.transaction());
        outcomes.add(new Outcome.Committed(after.revision()));
      } else {
        outcomes.add(StoreState.conflict(conflicts));
      }
    }
    try {
      if (!accepted.isEmpty()) {
        file.append(before.revision() + 1, accepted);
      }
    } catch (IOException | RuntimeException e) {
      fail(group, e);
      return;
    }
    state = after;
    for (int i = 0; i < group.size(); i++) {
      group.get(i).future().complete(outcomes.get(i));
    }
    compactIfDue();
  }

  private void fail(List<Pending> group, Exception e) {
    if (!(e instanceof IOException) || e instanceof StoreFile.StoreDamagedException) {
      refusal = new StoreClosedException("The metadata store gave up: " + e.getMessage(), e);
    }
    group.forEach(pending -> pending.future().completeExceptionally(e));
  }

  private void compactIfDue() {
    if (!file.wantsCompaction(COMPACTION_BYTES_MIN)) {
      return;
    }
    try {
      file.compact(storeId, state);
    } catch (IOException e) {
      // Every commit is safe in one of two complete files, but which of them has the name is
      // unknown: nothing is written before the next open, which finds out.
      refusal = new StoreClosedException("Compaction of the metadata store failed: " + e, e);
    }
  }

  private void closeFile() {
    if (fileClosed) {
      return;
    }
    fileClosed = true;
    try {
      file.close();
    } catch (IOException e) {
      // Nothing is at stake: every acknowledged byte was forced before.
      refusal.addSuppressed(e);
    }
  }

  private static String newStoreId(Randomness randomness) {
    byte[] bytes = new byte[16];
    randomness.nextBytes(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong()).toString();
  }
}
