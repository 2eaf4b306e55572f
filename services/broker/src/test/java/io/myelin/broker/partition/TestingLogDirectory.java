package io.myelin.broker.partition;

import io.myelin.log.CompactionThrottle;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.PartitionLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Remembers which folders there are and whose they are, and what was done in which order. */
public final class TestingLogDirectory implements LogDirectory {
  public final Map<String, TestingPartitionLog> logs = new HashMap<>();
  final List<String> calls = new ArrayList<>();
  private final Path path;

  /** What was there before. */
  final List<StoredPartition> stored = new ArrayList<>();

  /** What the next checkpoints end with, if not null. */
  public IOException failCheckpoints;

  /** What the last compaction was told. */
  CompactionThrottle compactedWith;

  /** From now on opening fails with this, if not null. */
  public IOException failOpening;

  public TestingLogDirectory() {
    this("testing");
  }

  public TestingLogDirectory(String path) {
    this.path = Path.of(path);
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public UUID id() {
    return new UUID(0, 1);
  }

  @Override
  public boolean wasCleanlyClosed() {
    return true;
  }

  @Override
  public long formerlyOwnedIn() {
    return 0;
  }

  @Override
  public void ownedIn(long brokerEpoch) {}

  @Override
  public void rememberOwner() {}

  @Override
  public List<StoredPartition> stored() {
    return stored;
  }

  @Override
  public PartitionLog open(String topic, int partition, UUID topicId, LogConfig config)
      throws IOException {
    if (failOpening != null) {
      throw failOpening;
    }
    calls.add("open " + topic + "-" + partition + " of " + topicId.getLeastSignificantBits());
    TestingPartitionLog log = new TestingPartitionLog(config);
    if (logs.putIfAbsent(topic + "-" + partition, log) != null) {
      throw new IllegalStateException("open already");
    }
    return log;
  }

  @Override
  public void delete(String topic, int partition) {
    calls.add("delete " + topic + "-" + partition);
    logs.remove(topic + "-" + partition);
  }

  @Override
  public Path setAside(String topic, int partition) {
    calls.add("set aside " + topic + "-" + partition);
    return path.resolve(topic + "-" + partition + ".unique-stray");
  }

  @Override
  public CompletionStage<Boolean> compact(
      String topic, int partition, long mapBytesMax, CompactionThrottle throttle, Executor shard) {
    calls.add("compact " + topic + "-" + partition + " within " + mapBytesMax);
    compactedWith = throttle;
    return CompletableFuture.completedFuture(false);
  }

  @Override
  public void checkpoint() throws IOException {
    if (failCheckpoints != null) {
      throw failCheckpoints;
    }
  }

  @Override
  public CompletableFuture<Void> closeLogs() {
    calls.add("close logs");
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {}
}
