package io.myelin.broker.api.data;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.log.Isolation;
import io.myelin.log.LogView;
import io.myelin.log.LogView.TimestampedOffset;
import io.myelin.log.PartitionLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.jboss.logging.Logger;

/**
 * ListOffsets: the ends of a log from its view, offsets by timestamp from its indexes, on a worker.
 */
public final class ListOffsetsHandler
    implements ApiHandler<ListOffsetsRequestData, ListOffsetsResponseData> {
  private static final Logger log = Logger.getLogger(ListOffsetsHandler.class);

  private static final short FIRST_VERSION_WITH_LEADER_EPOCH = 4;
  private static final int FIRST_VERSION_WITH_OFFSET_NOT_AVAILABLE = 5;

  private final Partitions partitions;
  private final Executor readers;

  public ListOffsetsHandler(Partitions partitions, Executor readers) {
    this.partitions = partitions;
    this.readers = readers;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.LIST_OFFSETS;
  }

  @Override
  public CompletionStage<ListOffsetsResponseData> handle(
      RequestContext context, ListOffsetsRequestData request) {
    Isolation isolation =
        request.isolationLevel() == IsolationLevel.READ_COMMITTED.id()
            ? Isolation.LAST_STABLE
            : Isolation.HIGH_WATERMARK;
    ListOffsetsResponseData response = new ListOffsetsResponseData();
    List<CompletableFuture<?>> lookUps = new ArrayList<>();
    Set<String> duplicates = duplicates(request);
    for (ListOffsetsTopic topic : request.topics()) {
      ListOffsetsTopicResponse topicResponse = new ListOffsetsTopicResponse().setName(topic.name());
      response.topics().add(topicResponse);
      for (ListOffsetsPartition wanted : topic.partitions()) {
        ListOffsetsPartitionResponse answer =
            new ListOffsetsPartitionResponse()
                .setPartitionIndex(wanted.partitionIndex())
                .setOffset(ListOffsetsResponse.UNKNOWN_OFFSET)
                .setTimestamp(ListOffsetsResponse.UNKNOWN_TIMESTAMP);
        topicResponse.partitions().add(answer);
        if (duplicates.contains(topic.name() + "-" + wanted.partitionIndex())) {
          answer.setErrorCode(Errors.INVALID_REQUEST.code());
        } else {
          lookUps.add(lookUp(context.apiVersion(), topic.name(), wanted, isolation, answer));
        }
      }
    }
    return CompletableFuture.allOf(lookUps.toArray(CompletableFuture[]::new))
        .thenApply(done -> forVersion(response, context.apiVersion()));
  }

  private static ListOffsetsResponseData forVersion(
      ListOffsetsResponseData response, short version) {
    if (version < FIRST_VERSION_WITH_LEADER_EPOCH) {
      for (ListOffsetsTopicResponse topic : response.topics()) {
        topic.partitions().forEach(answer -> answer.setLeaderEpoch(-1));
      }
    }
    return response;
  }

  private static Set<String> duplicates(ListOffsetsRequestData request) {
    Set<String> seen = new HashSet<>();
    Set<String> duplicates = new HashSet<>();
    for (ListOffsetsTopic topic : request.topics()) {
      for (ListOffsetsPartition partition : topic.partitions()) {
        String name = topic.name() + "-" + partition.partitionIndex();
        if (!seen.add(name)) {
          duplicates.add(name);
        }
      }
    }
    return duplicates;
  }

  private CompletableFuture<?> lookUp(
      short version,
      String topic,
      ListOffsetsPartition wanted,
      Isolation isolation,
      ListOffsetsPartitionResponse answer) {
    Partition partition = partitions.get(topic, wanted.partitionIndex());
    Errors refusal = refusal(version, topic, partition, wanted);
    if (refusal != Errors.NONE) {
      answer.setErrorCode(refusal.code());
      return CompletableFuture.completedFuture(null);
    }
    return partition
        .log()
        .thenCompose(opened -> answerFrom(version, opened, partition, wanted, isolation, answer))
        .exceptionally(
            error -> {
              Errors code = PartitionErrors.unusable(partition);
              // That a replica is offline was said once, when it went.
              if (code == Errors.KAFKA_STORAGE_ERROR && partition.failure() == null) {
                log.errorf(
                    "Could not look up an offset of %s-%d: %s",
                    topic, wanted.partitionIndex(), error.getMessage());
              }
              answer.setErrorCode(code.code());
              return null;
            });
  }

  /** In Kafka's order: what the version does not have is refused of any partition. */
  private Errors refusal(
      short version, String topic, Partition partition, ListOffsetsPartition wanted) {
    if (version < oldestVersionFor(wanted.timestamp())) {
      return Errors.UNSUPPORTED_VERSION;
    }
    if (partition == null) {
      return PartitionErrors.missing(partitions, topic, wanted.partitionIndex());
    }
    if (!partition.isLeading()) {
      return Errors.NOT_LEADER_OR_FOLLOWER;
    }
    if (wanted.currentLeaderEpoch() >= 0) {
      if (wanted.currentLeaderEpoch() < partition.leaderEpoch()) {
        return Errors.FENCED_LEADER_EPOCH;
      }
      if (wanted.currentLeaderEpoch() > partition.leaderEpoch()) {
        return Errors.UNKNOWN_LEADER_EPOCH;
      }
    }
    return Errors.NONE;
  }

  /** The protocol version in which a special timestamp appeared; KIP-734, 405, 1005, 1023. */
  private static int oldestVersionFor(long timestamp) {
    if (timestamp == ListOffsetsRequest.MAX_TIMESTAMP) {
      return 7;
    }
    if (timestamp == ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP) {
      return 8;
    }
    if (timestamp == ListOffsetsRequest.LATEST_TIERED_TIMESTAMP) {
      return 9;
    }
    if (timestamp == ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP) {
      return 11;
    }
    return timestamp < ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP ? Short.MAX_VALUE : 0;
  }

  private CompletableFuture<Void> answerFrom(
      short version,
      PartitionLog opened,
      Partition partition,
      ListOffsetsPartition wanted,
      Isolation isolation,
      ListOffsetsPartitionResponse answer) {
    LogView view = opened.view();
    long timestamp = wanted.timestamp();
    if (timestamp == ListOffsetsRequest.LATEST_TIMESTAMP) {
      if (!partition.isReadable()) {
        answer.setErrorCode(notAvailable(version).code());
        return DONE;
      }
      // Looked at after that was asked: the view from before may have a lower watermark.
      answer.setOffset(opened.view().bound(isolation)).setLeaderEpoch(partition.leaderEpoch());
      return DONE;
    }
    // Without tiered storage the log starts where the local log does.
    if (timestamp == ListOffsetsRequest.EARLIEST_TIMESTAMP
        || timestamp == ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP) {
      answer.setOffset(view.logStartOffset()).setLeaderEpoch(view.epochFor(view.logStartOffset()));
      return DONE;
    }
    if (timestamp == ListOffsetsRequest.LATEST_TIERED_TIMESTAMP
        || timestamp == ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP) {
      return DONE; // nothing is tiered: the unknown offset
    }
    return CompletableFuture.runAsync(
        () -> {
          TimestampedOffset found = byTimestamp(view, timestamp);
          if (found != null && found.offset() < view.bound(isolation)) {
            answer
                .setOffset(found.offset())
                .setTimestamp(found.timestampMs())
                .setLeaderEpoch(found.epoch());
          } else if (!partition.isReadable()) {
            answer.setErrorCode(notAvailable(version).code());
          }
        },
        readers);
  }

  /** A new leader may know a lower watermark than the former one has told (KIP-207). */
  private static Errors notAvailable(short version) {
    return version >= FIRST_VERSION_WITH_OFFSET_NOT_AVAILABLE
        ? Errors.OFFSET_NOT_AVAILABLE
        : Errors.LEADER_NOT_AVAILABLE;
  }

  private static TimestampedOffset byTimestamp(LogView view, long timestamp) {
    try {
      return timestamp == ListOffsetsRequest.MAX_TIMESTAMP
          ? view.maxTimestamp()
          : view.offsetForTimestamp(timestamp);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
}
