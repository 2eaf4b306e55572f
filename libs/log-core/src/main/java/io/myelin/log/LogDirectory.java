package io.myelin.log;

import io.myelin.env.Environment;
import io.myelin.log.dir.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * One log directory: its lock, its identity, its partitions and Kafka's checkpoint files.
 * Thread-safe; every method may block (worker).
 *
 * <p>Crash rule: the clean-shutdown marker is removed at opening and written last by {@link
 * #close}; without it, each log is recovered from its recovery point when it is opened.
 */
public interface LogDirectory {

  /**
   * Opens a directory: takes its lock, checks that it belongs to this node, reads its checkpoints.
   * No partition is opened.
   *
   * @throws IOException with a message for the operator: another process holds the directory, or it
   *     belongs to another cluster or node
   */
  static LogDirectory open(Environment environment, Path path, LogDirectorySettings settings)
      throws IOException {
    return DataDirectory.open(environment, path, settings);
  }

  Path path();

  /** directory.id of meta.properties. */
  UUID id();

  /** Whether the last owner closed it in order. */
  boolean wasCleanlyClosed();

  /** Broker epoch of the last owner, as far as the directory remembers it; 0: it does not. */
  long formerlyOwnedIn();

  /**
   * The broker's epoch, for the mark of a clean stop. Before {@link #close}, which is the only one
   * to write it down unless {@link #rememberOwner} does.
   */
  void ownedIn(long brokerEpoch);

  /**
   * Returns when the epoch last told to {@link #ownedIn} is on stable storage: after a stop that is
   * not in order, the next owner finds it. Any thread; may block; nothing once it is closed.
   */
  void rememberOwner() throws IOException;

  /** What the directory holds, by the names of its folders; nothing is opened. */
  List<StoredPartition> stored() throws IOException;

  /**
   * Opens (recovering if need be) or creates a partition's log. Calls for different partitions run
   * in parallel.
   *
   * @throws IOException also {@link CorruptLogException}: that partition is refused, nothing was
   *     deleted
   */
  PartitionLog open(String topic, int partition, UUID topicId, LogConfig config) throws IOException;

  /**
   * Takes a partition away: renamed at once, deleted after file.delete.delay.ms. The log must not
   * be used any more.
   */
  void delete(String topic, int partition) throws IOException;

  /**
   * Puts the folder of a partition that is not open out of the way, with all that is in it: it gets
   * another name, and nobody deletes it.
   *
   * @return where it is now, which is durable
   */
  Path setAside(String topic, int partition) throws IOException;

  /**
   * Compacts a partition that is open, if its settings say so and it is dirty enough. Returns at
   * once; the pass runs on the directory's workers and hops to {@code shard} for what belongs to
   * the log's owner. One pass at a time per partition.
   *
   * @param mapBytesMax memory for the keys of the pass (log.cleaner.dedupe.buffer.size); what does
   *     not fit is left to the next pass
   * @param throttle how fast it may read and write (log.cleaner.io.max.bytes.per.second)
   * @return completes with whether a pass was made
   */
  CompletionStage<Boolean> compact(
      String topic, int partition, long mapBytesMax, CompactionThrottle throttle, Executor shard);

  /** Writes the recovery-point, log-start-offset and high-watermark checkpoints. */
  void checkpoint() throws IOException;

  /**
   * Closes all logs, in parallel, on the directory's workers; nothing is opened any more. Returns
   * at once; completes when all are closed. What went wrong is thrown by {@link #close}.
   */
  CompletableFuture<Void> closeLogs();

  /**
   * The rest of an orderly stop: checkpoints, then the clean marker, then the lock. Logs that
   * {@link #closeLogs} was not asked to close are closed here, one after the other.
   *
   * @throws IOException if anything, a log included, could not be closed in order: there is no
   *     clean marker then
   */
  void close() throws IOException;

  /**
   * @param topicId null where the folder has no partition.metadata
   */
  record StoredPartition(String topic, int partition, UUID topicId) {}
}
