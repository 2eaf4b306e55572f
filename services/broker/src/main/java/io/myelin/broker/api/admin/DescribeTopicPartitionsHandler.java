package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.api.TopicIds;
import io.myelin.broker.config.BrokerConfigs;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.Collection;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * DescribeTopicPartitions: topics in the order of their names, in pages of partitions (KIP-966).
 */
public final class DescribeTopicPartitionsHandler
    implements ApiHandler<DescribeTopicPartitionsRequestData, DescribeTopicPartitionsResponseData> {
  private final MetadataPublisher metadata;
  private final BrokerConfigs configs;

  public DescribeTopicPartitionsHandler(MetadataPublisher metadata, BrokerConfigs configs) {
    this.metadata = metadata;
    this.configs = configs;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.DESCRIBE_TOPIC_PARTITIONS;
  }

  @Override
  public CompletionStage<DescribeTopicPartitionsResponseData> handle(
      RequestContext context, DescribeTopicPartitionsRequestData request) {
    ClusterImage image = metadata.image();
    boolean all = request.topics().isEmpty();
    String firstTopic = request.cursor() == null ? "" : request.cursor().topicName();
    Collection<String> names =
        all ? image.topics().keySet() : request.topics().stream().map(TopicRequest::name).toList();
    TreeSet<String> topics = new TreeSet<>(names);
    topics.headSet(firstTopic).clear();
    checkCursor(request, topics, all);
    int limit = (int) configs.longValue(image, "max.request.partition.size.limit");
    int partitions = Math.max(1, Math.min(limit, request.responsePartitionLimit()));
    PartitionStates states = new PartitionStates(image, context.listener());
    DescribeTopicPartitionsResponseData response = new DescribeTopicPartitionsResponseData();
    for (String name : topics) {
      TopicImage topic = image.topic(name);
      if (partitions == 0) {
        response.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(0));
        break;
      } else if (topic == null) {
        addMissing(response, name, all);
        continue;
      }
      int from = name.equals(firstTopic) ? request.cursor().partitionIndex() : 0;
      int to = Math.min(topic.partitions().size(), from + partitions);
      response.topics().add(page(states, topic, from, to));
      if (to < topic.partitions().size()) {
        response.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(to));
        break;
      }
      partitions -= Math.max(0, to - from);
    }
    return CompletableFuture.completedFuture(response);
  }

  private static void checkCursor(
      DescribeTopicPartitionsRequestData request, TreeSet<String> topics, boolean all) {
    if (request.cursor() == null) {
      return;
    }
    if (!all && !topics.contains(request.cursor().topicName())) {
      throw new InvalidRequestException(
          "DescribeTopicPartitionsRequest topic list should contain the cursor topic: "
              + request.cursor().topicName());
    }
    if (request.cursor().partitionIndex() < 0) {
      throw new InvalidRequestException(
          "DescribeTopicPartitionsRequest cursor partition must be valid: " + request.cursor());
    }
  }

  private static void addMissing(
      DescribeTopicPartitionsResponseData response, String name, boolean all) {
    if (all) {
      return;
    }
    Errors error = Errors.UNKNOWN_TOPIC_OR_PARTITION;
    try {
      Topic.validate(name);
    } catch (InvalidTopicException e) {
      error = Errors.INVALID_TOPIC_EXCEPTION;
    }
    response
        .topics()
        .add(
            new DescribeTopicPartitionsResponseTopic()
                .setErrorCode(error.code())
                .setName(name)
                .setIsInternal(Topic.isInternal(name))
                .setTopicAuthorizedOperations(Operations.ON_TOPIC));
  }

  private static DescribeTopicPartitionsResponseTopic page(
      PartitionStates states, TopicImage topic, int from, int to) {
    DescribeTopicPartitionsResponseTopic page =
        new DescribeTopicPartitionsResponseTopic()
            .setErrorCode(Errors.NONE.code())
            .setName(topic.name())
            .setTopicId(TopicIds.of(topic.id()))
            .setIsInternal(Topic.isInternal(topic.name()))
            .setTopicAuthorizedOperations(Operations.ON_TOPIC);
    for (int p = from; p < to; p++) {
      PartitionImage partition = topic.partitions().get(p);
      page.partitions()
          .add(
              new DescribeTopicPartitionsResponsePartition()
                  .setPartitionIndex(p)
                  .setLeaderId(states.leader(partition))
                  .setLeaderEpoch(partition.leaderEpoch())
                  .setReplicaNodes(partition.replicas())
                  .setIsrNodes(partition.inSync())
                  .setOfflineReplicas(states.offline(partition))
                  .setEligibleLeaderReplicas(partition.eligible())
                  .setLastKnownElr(partition.lastKnown()));
    }
    return page;
  }
}
