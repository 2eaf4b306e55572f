package io.myelin.broker.api.data;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.env.Disk;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogView;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * DescribeLogDirs: what lies where, and how much room is left. Asks the file system, so on a
 * worker.
 */
public final class DescribeLogDirsHandler
    implements ApiHandler<DescribeLogDirsRequestData, DescribeLogDirsResponseData> {
  private final Partitions partitions;
  private final Disk disk;
  private final Executor workers;

  public DescribeLogDirsHandler(Partitions partitions, Disk disk, Executor workers) {
    this.partitions = partitions;
    this.disk = disk;
    this.workers = workers;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.DESCRIBE_LOG_DIRS;
  }

  @Override
  public CompletionStage<DescribeLogDirsResponseData> handle(
      RequestContext context, DescribeLogDirsRequestData request) {
    return CompletableFuture.supplyAsync(() -> describe(request), workers);
  }

  private DescribeLogDirsResponseData describe(DescribeLogDirsRequestData request) {
    Map<LogDirectory, Map<String, DescribeLogDirsTopic>> topics = new HashMap<>();
    Map<String, Set<Integer>> wanted = wanted(request);
    for (Partition partition : partitions.all()) {
      LogDirectory directory = partitions.directoryOf(partition);
      if (directory != null
          && (wanted == null
              || wanted.getOrDefault(partition.topic(), Set.of()).contains(partition.id()))) {
        add(partition, topics.computeIfAbsent(directory, ignored -> new HashMap<>()));
      }
    }
    DescribeLogDirsResponseData response = new DescribeLogDirsResponseData();
    for (LogDirectory directory : partitions.directories()) {
      DescribeLogDirsResult result = describe(directory);
      result.topics().addAll(topics.getOrDefault(directory, Map.of()).values());
      response.results().add(result);
    }
    return response;
  }

  private DescribeLogDirsResult describe(LogDirectory directory) {
    DescribeLogDirsResult result =
        new DescribeLogDirsResult()
            .setLogDir(directory.path().toAbsolutePath().toString())
            .setIsCordoned(partitions.isCordoned(directory));
    try {
      return result
          .setTotalBytes(disk.totalBytes(directory.path()))
          .setUsableBytes(disk.usableBytes(directory.path()));
    } catch (IOException e) {
      return result.setErrorCode(Errors.KAFKA_STORAGE_ERROR.code());
    }
  }

  /** Partitions by topic, or null for all. */
  private static Map<String, Set<Integer>> wanted(DescribeLogDirsRequestData request) {
    if (request.topics() == null) {
      return null;
    }
    Map<String, Set<Integer>> wanted = new HashMap<>();
    for (DescribableLogDirTopic topic : request.topics()) {
      wanted.computeIfAbsent(topic.topic(), name -> new HashSet<>()).addAll(topic.partitions());
    }
    return wanted;
  }

  private static void add(Partition partition, Map<String, DescribeLogDirsTopic> topics) {
    LogView view = partition.view();
    topics
        .computeIfAbsent(partition.topic(), name -> new DescribeLogDirsTopic().setName(name))
        .partitions()
        .add(
            new DescribeLogDirsPartition()
                .setPartitionIndex(partition.id())
                .setPartitionSize(view == null ? 0 : view.sizeInBytes())
                .setOffsetLag(0)
                .setIsFutureKey(false));
  }
}
