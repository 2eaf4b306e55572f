package io.myelin.broker.api.data;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.log.PartitionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * DescribeProducers: the idempotent and transactional producers that partitions remember (KIP-664),
 * in any replica: a transaction may hang in one of them.
 */
public final class DescribeProducersHandler
    implements ApiHandler<DescribeProducersRequestData, DescribeProducersResponseData> {
  private final Partitions partitions;

  public DescribeProducersHandler(Partitions partitions) {
    this.partitions = partitions;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.DESCRIBE_PRODUCERS;
  }

  @Override
  public CompletionStage<DescribeProducersResponseData> handle(
      RequestContext context, DescribeProducersRequestData request) {
    DescribeProducersResponseData response = new DescribeProducersResponseData();
    List<CompletableFuture<?>> lookUps = new ArrayList<>();
    for (TopicRequest topic : request.topics()) {
      TopicResponse result = new TopicResponse().setName(topic.name());
      response.topics().add(result);
      for (int partition : topic.partitionIndexes()) {
        PartitionResponse answer = new PartitionResponse().setPartitionIndex(partition);
        result.partitions().add(answer);
        lookUps.add(lookUp(topic.name(), partition, answer));
      }
    }
    return CompletableFuture.allOf(lookUps.toArray(CompletableFuture[]::new))
        .thenApply(done -> response);
  }

  private CompletableFuture<?> lookUp(String topic, int index, PartitionResponse answer) {
    Partition partition = partitions.get(topic, index);
    if (partition == null) {
      Errors error = PartitionErrors.missing(partitions, topic, index);
      answer.setErrorCode(error.code()).setErrorMessage(error.message());
      return CompletableFuture.completedFuture(null);
    }
    return partition
        .log()
        .thenCompose(opened -> partition.onShard(opened::producers))
        .handle(
            (producers, error) -> {
              if (error != null) {
                return answer
                    .setErrorCode(PartitionErrors.unusable(partition).code())
                    .setErrorMessage(error.getMessage());
              }
              for (PartitionLog.ProducerInfo producer : producers) {
                answer.activeProducers().add(stateOf(producer));
              }
              return answer;
            });
  }

  private static ProducerState stateOf(PartitionLog.ProducerInfo producer) {
    return new ProducerState()
        .setProducerId(producer.producerId())
        .setProducerEpoch(producer.epoch())
        .setLastSequence(producer.lastSequence())
        .setLastTimestamp(producer.lastTimestampMs())
        .setCoordinatorEpoch(producer.coordinatorEpoch())
        .setCurrentTxnStartOffset(producer.currentTransactionStart());
  }
}
