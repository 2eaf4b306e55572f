package io.myelin.broker.partition;

import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.PartitionLog;
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

  @Override
  public Path path() {
    return Path.of("testing");
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
  public List<StoredPartition> stored() {
    return List.of();
  }

  @Override
  public PartitionLog open(String topic, int partition, UUID topicId, LogConfig config) {
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
  public CompletionStage<Boolean> compact(
      String topic, int partition, long mapBytesMax, Executor shard) {
    return CompletableFuture.completedFuture(false);
  }

  @Override
  public void checkpoint() {}

  @Override
  public void close() {}
}
