package io.myelin.broker;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.protocol.ApiKeys;

/** Frames of valid requests, by what they are about. */
final class RequestSamples {
  private static final String MEMBER = "member-of-a-group";
  private static final byte[] BYTES = "whatever".getBytes(StandardCharsets.UTF_8);
  private static final byte TOPIC_TYPE = ConfigResource.Type.TOPIC.id();
  private static final byte BROKER_TYPE = ConfigResource.Type.BROKER.id();

  private RequestSamples() {}

  static List<byte[]> groups(String group) {
    SyncGroupRequestData sync =
        new SyncGroupRequestData()
            .setGroupId(group)
            .setGenerationId(1)
            .setMemberId(MEMBER)
            .setProtocolType("consumer")
            .setProtocolName("range");
    sync.assignments()
        .add(new SyncGroupRequestAssignment().setMemberId(MEMBER).setAssignment(BYTES));
    return List.of(
        RawClient.frame(ApiKeys.FIND_COORDINATOR, 4, findCoordinator(group)),
        RawClient.frame(ApiKeys.JOIN_GROUP, 9, join(group, null)),
        RawClient.frame(ApiKeys.JOIN_GROUP, 9, join(group, "static")),
        RawClient.frame(ApiKeys.SYNC_GROUP, 5, sync),
        RawClient.frame(
            ApiKeys.HEARTBEAT,
            4,
            new HeartbeatRequestData().setGroupId(group).setGenerationId(1).setMemberId(MEMBER)),
        RawClient.frame(
            ApiKeys.LEAVE_GROUP,
            5,
            new LeaveGroupRequestData()
                .setGroupId(group)
                .setMembers(List.of(new MemberIdentity().setMemberId(MEMBER)))),
        RawClient.frame(
            ApiKeys.DESCRIBE_GROUPS,
            5,
            new DescribeGroupsRequestData()
                .setGroups(List.of(group))
                .setIncludeAuthorizedOperations(true)),
        RawClient.frame(
            ApiKeys.LIST_GROUPS,
            4,
            new ListGroupsRequestData().setStatesFilter(List.of("Stable", "Empty"))),
        RawClient.frame(
            ApiKeys.DELETE_GROUPS,
            2,
            new DeleteGroupsRequestData().setGroupsNames(List.of(group))));
  }

  static FindCoordinatorRequestData findCoordinator(String group) {
    return new FindCoordinatorRequestData().setKeyType((byte) 0).setCoordinatorKeys(List.of(group));
  }

  private static JoinGroupRequestData join(String group, String instance) {
    JoinGroupRequestData join =
        new JoinGroupRequestData()
            .setGroupId(group)
            .setMemberId("")
            .setGroupInstanceId(instance)
            .setProtocolType("consumer")
            .setSessionTimeoutMs(6_000)
            .setRebalanceTimeoutMs(6_000);
    join.protocols().add(new JoinGroupRequestProtocol().setName("range").setMetadata(BYTES));
    return join;
  }

  static List<byte[]> offsets(String group, String topic) {
    OffsetDeleteRequestTopic deleted = new OffsetDeleteRequestTopic().setName(topic);
    deleted.partitions().add(new OffsetDeleteRequestPartition().setPartitionIndex(0));
    OffsetDeleteRequestData delete = new OffsetDeleteRequestData().setGroupId(group);
    delete.topics().add(deleted);
    OffsetForLeaderEpochRequestData ends = new OffsetForLeaderEpochRequestData();
    ends.topics()
        .add(
            new OffsetForLeaderTopic()
                .setTopic(topic)
                .setPartitions(
                    List.of(new OffsetForLeaderPartition().setPartition(0).setLeaderEpoch(0))));
    return List.of(
        RawClient.frame(ApiKeys.OFFSET_COMMIT, 9, commit(group, topic, 3)),
        RawClient.frame(ApiKeys.OFFSET_FETCH, 9, fetchOffset(group, topic)),
        RawClient.frame(ApiKeys.OFFSET_DELETE, 0, delete),
        RawClient.frame(ApiKeys.OFFSET_FOR_LEADER_EPOCH, 4, ends),
        RawClient.frame(
            ApiKeys.LIST_OFFSETS,
            8,
            new ListOffsetsRequestData()
                .setReplicaId(-1)
                .setTopics(
                    List.of(
                        new ListOffsetsTopic()
                            .setName(topic)
                            .setPartitions(
                                List.of(
                                    new ListOffsetsPartition()
                                        .setPartitionIndex(0)
                                        .setTimestamp(1_700_000_000_000L)))))));
  }

  /** By nobody who is a member. */
  static OffsetCommitRequestData commit(String group, String topic, long offset) {
    return new OffsetCommitRequestData()
        .setGroupId(group)
        .setTopics(
            List.of(
                new OffsetCommitRequestTopic()
                    .setName(topic)
                    .setPartitions(
                        List.of(
                            new OffsetCommitRequestPartition()
                                .setPartitionIndex(0)
                                .setCommittedOffset(offset)
                                .setCommittedMetadata("why")))));
  }

  static OffsetFetchRequestData fetchOffset(String group, String topic) {
    return new OffsetFetchRequestData()
        .setGroups(
            List.of(
                new OffsetFetchRequestGroup()
                    .setGroupId(group)
                    .setTopics(
                        List.of(
                            new OffsetFetchRequestTopics()
                                .setName(topic)
                                .setPartitionIndexes(List.of(0))))));
  }

  /** Numbers of partitions are only wished for with a place for each: damaged, they are refused. */
  static List<byte[]> topics(String topic) {
    CreatableTopic created =
        new CreatableTopic().setName(topic).setNumPartitions(-1).setReplicationFactor((short) -1);
    created
        .assignments()
        .add(new CreatableReplicaAssignment().setPartitionIndex(0).setBrokerIds(List.of(0)));
    created.configs().add(new CreatableTopicConfig().setName("retention.ms").setValue("1000"));
    CreateTopicsRequestData create = new CreateTopicsRequestData().setTimeoutMs(5_000);
    create.topics().add(created);
    DeleteTopicsRequestData delete = new DeleteTopicsRequestData().setTimeoutMs(5_000);
    delete.topics().add(new DeleteTopicState().setName(topic));
    CreatePartitionsRequestData enlarge = new CreatePartitionsRequestData().setTimeoutMs(5_000);
    enlarge
        .topics()
        .add(
            new CreatePartitionsTopic()
                .setName(topic)
                .setCount(2)
                .setAssignments(
                    List.of(new CreatePartitionsAssignment().setBrokerIds(List.of(0)))));
    DescribeTopicPartitionsRequestData describe = new DescribeTopicPartitionsRequestData();
    describe.topics().add(new DescribeTopicPartitionsRequestData.TopicRequest().setName(topic));
    return List.of(
        RawClient.frame(ApiKeys.CREATE_TOPICS, 7, create),
        RawClient.frame(ApiKeys.DELETE_TOPICS, 6, delete),
        RawClient.frame(ApiKeys.CREATE_PARTITIONS, 3, enlarge),
        RawClient.frame(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, 0, describe),
        RawClient.frame(
            ApiKeys.DELETE_RECORDS,
            2,
            new DeleteRecordsRequestData()
                .setTimeoutMs(5_000)
                .setTopics(
                    List.of(
                        new DeleteRecordsTopic()
                            .setName(topic)
                            .setPartitions(
                                List.of(
                                    new DeleteRecordsPartition()
                                        .setPartitionIndex(0)
                                        .setOffset(0)))))));
  }

  static List<byte[]> configs(String topic) {
    DescribeConfigsRequestData describe =
        new DescribeConfigsRequestData().setIncludeSynonyms(true).setIncludeDocumentation(true);
    describe
        .resources()
        .add(
            new DescribeConfigsResource()
                .setResourceType(TOPIC_TYPE)
                .setResourceName(topic)
                .setConfigurationKeys(null));
    describe
        .resources()
        .add(
            new DescribeConfigsResource()
                .setResourceType(BROKER_TYPE)
                .setResourceName("0")
                .setConfigurationKeys(List.of("log.retention.ms")));
    AlterConfigsRequestData.AlterConfigsResource replaced =
        new AlterConfigsRequestData.AlterConfigsResource()
            .setResourceType(TOPIC_TYPE)
            .setResourceName(topic);
    replaced
        .configs()
        .add(new AlterConfigsRequestData.AlterableConfig().setName("flush.ms").setValue("9000"));
    AlterConfigsRequestData replace = new AlterConfigsRequestData();
    replace.resources().add(replaced);
    IncrementalAlterConfigsRequestData.AlterConfigsResource changed =
        new IncrementalAlterConfigsRequestData.AlterConfigsResource()
            .setResourceType(TOPIC_TYPE)
            .setResourceName(topic);
    changed
        .configs()
        .add(
            new IncrementalAlterConfigsRequestData.AlterableConfig()
                .setName("retention.ms")
                .setConfigOperation((byte) 0)
                .setValue("9000"));
    IncrementalAlterConfigsRequestData change = new IncrementalAlterConfigsRequestData();
    change.resources().add(changed);
    return List.of(
        RawClient.frame(ApiKeys.DESCRIBE_CONFIGS, 4, describe),
        RawClient.frame(ApiKeys.ALTER_CONFIGS, 2, replace),
        RawClient.frame(ApiKeys.INCREMENTAL_ALTER_CONFIGS, 1, change),
        RawClient.frame(
            ApiKeys.LIST_CONFIG_RESOURCES,
            1,
            new ListConfigResourcesRequestData().setResourceTypes(List.of(TOPIC_TYPE))));
  }

  static List<byte[]> cluster(String topic) {
    ElectLeadersRequestData elect =
        new ElectLeadersRequestData().setElectionType((byte) 0).setTimeoutMs(5_000);
    elect
        .topicPartitions()
        .add(
            new ElectLeadersRequestData.TopicPartitions()
                .setTopic(topic)
                .setPartitions(List.of(0)));
    return List.of(
        RawClient.frame(ApiKeys.ELECT_LEADERS, 2, elect),
        RawClient.frame(
            ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
            0,
            new AlterPartitionReassignmentsRequestData()
                .setTopics(
                    List.of(
                        new ReassignableTopic()
                            .setName(topic)
                            .setPartitions(
                                List.of(
                                    new ReassignablePartition()
                                        .setPartitionIndex(0)
                                        .setReplicas(List.of(0))))))),
        RawClient.frame(ApiKeys.DESCRIBE_CLUSTER, 1, new DescribeClusterRequestData()),
        RawClient.frame(
            ApiKeys.DESCRIBE_LOG_DIRS, 4, new DescribeLogDirsRequestData().setTopics(null)),
        RawClient.frame(
            ApiKeys.DESCRIBE_PRODUCERS,
            0,
            new DescribeProducersRequestData()
                .setTopics(
                    List.of(
                        new DescribeProducersRequestData.TopicRequest()
                            .setName(topic)
                            .setPartitionIndexes(List.of(0))))),
        RawClient.frame(
            ApiKeys.INIT_PRODUCER_ID,
            4,
            new InitProducerIdRequestData()
                .setTransactionalId(null)
                .setTransactionTimeoutMs(60_000)));
  }
}
