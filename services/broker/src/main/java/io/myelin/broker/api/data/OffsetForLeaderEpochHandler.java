package io.myelin.broker.api.data;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.log.LogView.EpochEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** OffsetForLeaderEpoch: where an epoch ends in this leader's log (KIP-101, KIP-320). */
public final class OffsetForLeaderEpochHandler
    implements ApiHandler<OffsetForLeaderEpochRequestData, OffsetForLeaderEpochResponseData> {
  private final Partitions partitions;

  public OffsetForLeaderEpochHandler(Partitions partitions) {
    this.partitions = partitions;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.OFFSET_FOR_LEADER_EPOCH;
  }

  @Override
  public CompletionStage<OffsetForLeaderEpochResponseData> handle(
      RequestContext context, OffsetForLeaderEpochRequestData request) {
    OffsetForLeaderEpochResponseData response = new OffsetForLeaderEpochResponseData();
    List<CompletableFuture<?>> lookUps = new ArrayList<>();
    for (OffsetForLeaderTopic topic : request.topics()) {
      OffsetForLeaderTopicResult result = new OffsetForLeaderTopicResult().setTopic(topic.topic());
      response.topics().add(result);
      for (OffsetForLeaderPartition wanted : topic.partitions()) {
        EpochEndOffset answer =
            new EpochEndOffset()
                .setPartition(wanted.partition())
                .setLeaderEpoch(-1)
                .setEndOffset(-1);
        result.partitions().add(answer);
        lookUps.add(lookUp(topic.topic(), wanted, answer));
      }
    }
    return CompletableFuture.allOf(lookUps.toArray(CompletableFuture[]::new))
        .thenApply(done -> response);
  }

  private CompletableFuture<?> lookUp(
      String topic, OffsetForLeaderPartition wanted, EpochEndOffset answer) {
    Partition partition = partitions.get(topic, wanted.partition());
    Errors refusal =
        partition == null
            ? PartitionErrors.missing(partitions, topic, wanted.partition())
            : refusal(partition, wanted.currentLeaderEpoch());
    if (refusal != Errors.NONE) {
      answer.setErrorCode(refusal.code());
      return CompletableFuture.completedFuture(null);
    }
    return partition
        .log()
        .handle(
            (opened, error) -> {
              if (error != null) {
                return answer.setErrorCode(PartitionErrors.unusable(partition).code());
              }
              if (wanted.leaderEpoch() == partition.leaderEpoch()) {
                return answer
                    .setLeaderEpoch(wanted.leaderEpoch())
                    .setEndOffset(opened.view().logEndOffset());
              }
              EpochEnd end = opened.view().endOffsetFor(wanted.leaderEpoch());
              return answer.setLeaderEpoch(end.epoch()).setEndOffset(end.endOffset());
            });
  }

  private static Errors refusal(Partition partition, int currentLeaderEpoch) {
    if (!partition.isLeading()) {
      return Errors.NOT_LEADER_OR_FOLLOWER;
    }
    if (currentLeaderEpoch >= 0 && currentLeaderEpoch < partition.leaderEpoch()) {
      return Errors.FENCED_LEADER_EPOCH;
    }
    return currentLeaderEpoch > partition.leaderEpoch() ? Errors.UNKNOWN_LEADER_EPOCH : Errors.NONE;
  }
}
