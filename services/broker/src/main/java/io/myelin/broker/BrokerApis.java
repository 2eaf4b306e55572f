package io.myelin.broker;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.admin.AlterConfigsHandler;
import io.myelin.broker.api.admin.AlterPartitionReassignmentsHandler;
import io.myelin.broker.api.admin.CreatePartitionsHandler;
import io.myelin.broker.api.admin.CreateTopicsHandler;
import io.myelin.broker.api.admin.DeleteTopicsHandler;
import io.myelin.broker.api.admin.DescribeClusterHandler;
import io.myelin.broker.api.admin.DescribeConfigsHandler;
import io.myelin.broker.api.admin.DescribeQuorumHandler;
import io.myelin.broker.api.admin.DescribeTopicPartitionsHandler;
import io.myelin.broker.api.admin.ElectLeadersHandler;
import io.myelin.broker.api.admin.IncrementalAlterConfigsHandler;
import io.myelin.broker.api.admin.ListConfigResourcesHandler;
import io.myelin.broker.api.admin.ListPartitionReassignmentsHandler;
import io.myelin.broker.api.admin.LogLevels;
import io.myelin.broker.api.admin.MetadataHandler;
import io.myelin.broker.api.admin.UnregisterBrokerHandler;
import io.myelin.broker.api.admin.UpdateFeaturesHandler;
import io.myelin.broker.api.data.AlterReplicaLogDirsHandler;
import io.myelin.broker.api.data.DeleteRecordsHandler;
import io.myelin.broker.api.data.DescribeLogDirsHandler;
import io.myelin.broker.api.data.DescribeProducersHandler;
import io.myelin.broker.api.data.InitProducerIdHandler;
import io.myelin.broker.api.data.ListOffsetsHandler;
import io.myelin.broker.api.data.OffsetForLeaderEpochHandler;
import io.myelin.broker.api.data.ProduceHandler;
import io.myelin.broker.api.data.ProducerIds;
import io.myelin.broker.api.group.DeleteGroupsHandler;
import io.myelin.broker.api.group.DescribeGroupsHandler;
import io.myelin.broker.api.group.FindCoordinatorHandler;
import io.myelin.broker.api.group.HeartbeatHandler;
import io.myelin.broker.api.group.JoinGroupHandler;
import io.myelin.broker.api.group.LeaveGroupHandler;
import io.myelin.broker.api.group.ListGroupsHandler;
import io.myelin.broker.api.group.OffsetCommitHandler;
import io.myelin.broker.api.group.OffsetDeleteHandler;
import io.myelin.broker.api.group.OffsetFetchHandler;
import io.myelin.broker.api.group.SyncGroupHandler;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.config.TopicConfigs;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.OffsetsTopic;
import io.myelin.broker.coordinator.group.TopicNames;
import io.myelin.broker.image.CurrentLeaders;
import io.myelin.broker.image.InternalTopics;
import io.myelin.broker.partition.Partitions;
import io.myelin.env.Environment;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import java.util.List;
import java.util.concurrent.Executor;

/** The handlers of a broker, but for Fetch: which APIs it serves. Stateless. */
final class BrokerApis {
  private BrokerApis() {}

  static List<ApiHandler<?, ?>> data(
      Environment env,
      ProducerIds producerIds,
      Partitions partitions,
      CurrentLeaders leaders,
      Executor workers,
      Executor readers) {
    return List.of(
        new ProduceHandler(partitions, leaders, env.clock(), env.scheduler()),
        new ListOffsetsHandler(partitions, readers),
        new OffsetForLeaderEpochHandler(partitions),
        new InitProducerIdHandler(producerIds),
        new DeleteRecordsHandler(partitions),
        new DescribeProducersHandler(partitions),
        new DescribeLogDirsHandler(partitions, env.disk(), workers),
        new AlterReplicaLogDirsHandler(partitions));
  }

  static List<ApiHandler<?, ?>> admin(
      BrokerConfig config,
      TopicConfigs topicConfigs,
      InternalTopics internalTopics,
      Controller controller,
      MetadataPublisher metadata,
      LogLevels logLevels) {
    return List.of(
        new MetadataHandler(
            config.nodeId(), metadata, controller, internalTopics, config.topics().autoCreate()),
        new DescribeTopicPartitionsHandler(metadata, config.all()),
        new DescribeClusterHandler(config.nodeId(), metadata),
        new CreateTopicsHandler(metadata, controller, topicConfigs),
        new DeleteTopicsHandler(metadata, controller, config.topics().deletable()),
        new CreatePartitionsHandler(metadata, controller),
        new DescribeConfigsHandler(metadata, config.all(), logLevels),
        new AlterConfigsHandler(metadata, controller, config.all()),
        new IncrementalAlterConfigsHandler(metadata, controller, config.all(), logLevels),
        new ListConfigResourcesHandler(metadata),
        new ElectLeadersHandler(controller),
        new AlterPartitionReassignmentsHandler(metadata, controller),
        new ListPartitionReassignmentsHandler(metadata),
        new UnregisterBrokerHandler(controller),
        new UpdateFeaturesHandler(controller),
        new DescribeQuorumHandler(controller));
  }

  static List<ApiHandler<?, ?>> groups(
      GroupCoordinator groups, OffsetsTopic offsetsTopic, TopicNames topics) {
    return List.of(
        new FindCoordinatorHandler(offsetsTopic),
        new JoinGroupHandler(groups),
        new SyncGroupHandler(groups),
        new HeartbeatHandler(groups),
        new LeaveGroupHandler(groups),
        new OffsetCommitHandler(groups, topics),
        new OffsetFetchHandler(groups, topics),
        new OffsetDeleteHandler(groups, topics),
        new DescribeGroupsHandler(groups),
        new ListGroupsHandler(groups),
        new DeleteGroupsHandler(groups));
  }
}
