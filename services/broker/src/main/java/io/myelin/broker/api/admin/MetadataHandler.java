package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.api.TopicIds;
import io.myelin.broker.image.InternalTopics;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** Metadata: brokers, and topics by name, by id, or all; makes missing topics where allowed. */
public final class MetadataHandler
    implements ApiHandler<MetadataRequestData, MetadataResponseData> {
  private final int brokerId;
  private final MetadataPublisher metadata;
  private final boolean autoCreateEnabled;
  private final AutoTopicCreation autoCreation;

  public MetadataHandler(
      int brokerId,
      MetadataPublisher metadata,
      Controller controller,
      InternalTopics internalTopics,
      boolean autoCreateEnabled) {
    this.brokerId = brokerId;
    this.metadata = metadata;
    this.autoCreateEnabled = autoCreateEnabled;
    this.autoCreation = new AutoTopicCreation(controller, internalTopics);
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.METADATA;
  }

  @Override
  public CompletionStage<MetadataResponseData> handle(
      RequestContext context, MetadataRequestData request) {
    short version = context.apiVersion();
    ClusterImage image = metadata.image();
    MetadataResponseData response = new MetadataResponseData();
    addBrokers(response, image, context.listener());
    PartitionStates states = new PartitionStates(image, context.listener());
    response.setClusterId(image.clusterId()).setControllerId(states.administrator(brokerId));
    Answer answer = new Answer(states, version);
    boolean all = request.topics() == null || (request.topics().isEmpty() && version == 0);
    List<MetadataResponseTopic> topics = all ? allTopics(answer) : requestedTopics(answer, request);
    if (request.includeTopicAuthorizedOperations()) {
      topics.forEach(topic -> topic.setTopicAuthorizedOperations(Operations.ON_TOPIC));
    }
    topics.forEach(response.topics()::add);
    if (request.includeClusterAuthorizedOperations()) {
      response.setClusterAuthorizedOperations(Operations.ON_CLUSTER);
    }
    return CompletableFuture.completedFuture(response);
  }

  private static void addBrokers(
      MetadataResponseData response, ClusterImage image, String listener) {
    for (BrokerImage broker : image.brokers().values()) {
      BrokerImage.Endpoint at = broker.fenced() ? null : broker.listeners().get(listener);
      if (at != null) {
        response
            .brokers()
            .add(
                new MetadataResponseBroker()
                    .setNodeId(broker.id())
                    .setHost(at.host())
                    .setPort(at.port())
                    .setRack(broker.rack().orElse(null)));
      }
    }
  }

  private static List<MetadataResponseTopic> allTopics(Answer answer) {
    List<MetadataResponseTopic> topics = new ArrayList<>();
    answer.states().image().topics().values().forEach(topic -> topics.add(answer.topic(topic)));
    return topics;
  }

  private List<MetadataResponseTopic> requestedTopics(Answer answer, MetadataRequestData request) {
    ClusterImage image = answer.states().image();
    List<MetadataResponseTopic> topics = new ArrayList<>();
    Set<Uuid> ids = new LinkedHashSet<>();
    Set<String> names = new LinkedHashSet<>();
    for (MetadataRequestTopic topic : request.topics()) {
      checkVersion(topic, answer.version());
      if (!topic.topicId().equals(Uuid.ZERO_UUID)) {
        ids.add(topic.topicId());
      } else {
        names.add(topic.name());
      }
    }
    for (Uuid id : ids) {
      TopicImage topic = image.topic(TopicIds.of(id));
      topics.add(
          topic == null
              ? failed(Errors.UNKNOWN_TOPIC_ID, null).setTopicId(id)
              : answer.topic(topic));
    }
    // As in Kafka, a request with ids is about these only.
    for (String name : ids.isEmpty() ? names : Set.<String>of()) {
      TopicImage topic = image.topic(name);
      topics.add(
          topic == null
              ? missing(name, autoCreateEnabled && request.allowAutoTopicCreation())
              : answer.topic(topic));
    }
    return topics;
  }

  private static void checkVersion(MetadataRequestTopic topic, short version) {
    if (topic.name() == null && version < 12) {
      throw new InvalidRequestException("Topic name can not be null for version " + version);
    }
    if (!topic.topicId().equals(Uuid.ZERO_UUID) && version < 12) {
      throw new InvalidRequestException(
          "Topic IDs are not supported in requests for version " + version);
    }
  }

  private MetadataResponseTopic missing(String name, boolean create) {
    try {
      Topic.validate(name);
    } catch (InvalidTopicException e) {
      return failed(Errors.INVALID_TOPIC_EXCEPTION, name);
    }
    if (create) {
      autoCreation.create(name);
    }
    return failed(Errors.UNKNOWN_TOPIC_OR_PARTITION, name);
  }

  private static MetadataResponseTopic failed(Errors error, String name) {
    return new MetadataResponseTopic()
        .setErrorCode(error.code())
        .setName(name)
        .setIsInternal(name != null && Topic.isInternal(name));
  }

  /** Topics as one client is told about them. */
  private record Answer(PartitionStates states, short version) {

    MetadataResponseTopic topic(TopicImage topic) {
      List<MetadataResponsePartition> partitions = new ArrayList<>(topic.partitions().size());
      int index = 0;
      for (PartitionImage partition : topic.partitions()) {
        partitions.add(partition(index++, partition));
      }
      return new MetadataResponseTopic()
          .setErrorCode(Errors.NONE.code())
          .setName(topic.name())
          .setTopicId(TopicIds.of(topic.id()))
          .setIsInternal(Topic.isInternal(topic.name()))
          .setPartitions(partitions);
    }

    private MetadataResponsePartition partition(int index, PartitionImage partition) {
      // Version 0 leaves out replicas that cannot be reached, and says so by an error.
      List<Integer> replicas =
          version == 0 ? states.online(partition.replicas()) : partition.replicas();
      List<Integer> inSync = version == 0 ? states.online(partition.inSync()) : partition.inSync();
      int leader = states.leader(partition);
      return new MetadataResponsePartition()
          .setErrorCode(error(partition, leader, replicas, inSync).code())
          .setPartitionIndex(index)
          .setLeaderId(leader)
          .setLeaderEpoch(partition.leaderEpoch())
          .setReplicaNodes(replicas)
          .setIsrNodes(inSync)
          .setOfflineReplicas(states.offline(partition));
    }

    private Errors error(
        PartitionImage partition, int leader, List<Integer> replicas, List<Integer> inSync) {
      if (leader == PartitionImage.NO_LEADER) {
        return states.alive(partition.leader()) && version >= 6
            ? Errors.LISTENER_NOT_FOUND
            : Errors.LEADER_NOT_AVAILABLE;
      }
      boolean whole =
          replicas.size() == partition.replicas().size()
              && inSync.size() == partition.inSync().size();
      return whole ? Errors.NONE : Errors.REPLICA_NOT_AVAILABLE;
    }
  }
}
