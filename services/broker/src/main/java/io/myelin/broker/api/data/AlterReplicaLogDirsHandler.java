package io.myelin.broker.api.data;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.log.LogDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDir;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDirTopic;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData.AlterReplicaLogDirPartitionResult;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData.AlterReplicaLogDirTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jboss.logging.Logger;

/**
 * AlterReplicaLogDirs: a replica stays in the log directory that it was made in. Where that is the
 * one asked for, all is well, as with Kafka; any other is refused with INVALID_REQUEST, whose text
 * sends the operator to the broker's log. There is no room for a text of ours in the answer.
 */
public final class AlterReplicaLogDirsHandler
    implements ApiHandler<AlterReplicaLogDirsRequestData, AlterReplicaLogDirsResponseData> {
  private static final Logger log = Logger.getLogger(AlterReplicaLogDirsHandler.class);

  private final Partitions partitions;

  public AlterReplicaLogDirsHandler(Partitions partitions) {
    this.partitions = partitions;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.ALTER_REPLICA_LOG_DIRS;
  }

  @Override
  public CompletionStage<AlterReplicaLogDirsResponseData> handle(
      RequestContext context, AlterReplicaLogDirsRequestData request) {
    AlterReplicaLogDirsResponseData response = new AlterReplicaLogDirsResponseData();
    List<String> refused = new ArrayList<>();
    for (AlterReplicaLogDir wanted : request.dirs()) {
      for (AlterReplicaLogDirTopic topic : wanted.topics()) {
        AlterReplicaLogDirTopicResult result =
            new AlterReplicaLogDirTopicResult().setTopicName(topic.name());
        response.results().add(result);
        for (int partition : topic.partitions()) {
          Errors answer = answer(wanted.path(), topic.name(), partition);
          result
              .partitions()
              .add(
                  new AlterReplicaLogDirPartitionResult()
                      .setPartitionIndex(partition)
                      .setErrorCode(answer.code()));
          if (answer == Errors.INVALID_REQUEST) {
            refused.add(topic.name() + "-" + partition);
          }
        }
      }
    }
    report(refused);
    return CompletableFuture.completedFuture(response);
  }

  private Errors answer(String path, String topic, int index) {
    if (partitions.directories().stream().noneMatch(each -> isAt(each, path))) {
      return Errors.LOG_DIR_NOT_FOUND;
    }
    Partition partition = partitions.get(topic, index);
    LogDirectory directory = partition == null ? null : partitions.directoryOf(partition);
    if (directory == null) {
      // Kafka's tool asks again for as long as a replica is on its way here.
      return partitions.isElsewhere(topic, index)
          ? Errors.REPLICA_NOT_AVAILABLE
          : Errors.UNKNOWN_TOPIC_OR_PARTITION;
    }
    return isAt(directory, path) ? Errors.NONE : Errors.INVALID_REQUEST;
  }

  /** As DescribeLogDirs names it. */
  private static boolean isAt(LogDirectory directory, String path) {
    return directory.path().toAbsolutePath().toString().equals(path);
  }

  // One line for a request, however many it names.
  private static void report(List<String> refused) {
    if (!refused.isEmpty()) {
      log.warnf(
          "AlterReplicaLogDirs: %s and %d others stay in their log directories; moving replicas between the directories of a broker is not supported, moving them to another broker is",
          refused.getFirst(), refused.size() - 1);
    }
  }
}
