package io.myelin.broker.api.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.Controller.NewTopic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeQuorumRequest;
import org.junit.jupiter.api.Test;

/** Elections, moves and brokers, against the real controller with two brokers. */
class ClusterHandlersTest {
  private final AdminFixture fixture = new AdminFixture(Map.of());

  ClusterHandlersTest() {
    fixture
        .controller
        .register(
            new BrokerRegistration(
                1,
                new UUID(0, 1),
                Map.of(AdminFixture.LISTENER, new BrokerImage.Endpoint("elsewhere", 9092)),
                Optional.empty(),
                Optional.empty(),
                true,
                "disk"))
        .join();
    fixture
        .controller
        .createTopics(
            List.of(new NewTopic("a", -1, -1, Map.of(0, List.of(0), 1, List.of(1)), Map.of())),
            false)
        .join();
  }

  private AlterPartitionReassignmentsResponseData move(int partition, Integer... replicas) {
    return AdminFixture.ask(
        new AlterPartitionReassignmentsHandler(fixture.controller, fixture.controller),
        new AlterPartitionReassignmentsRequestData()
            .setTopics(
                List.of(
                    new ReassignableTopic()
                        .setName("a")
                        .setPartitions(
                            List.of(
                                new ReassignablePartition()
                                    .setPartitionIndex(partition)
                                    .setReplicas(
                                        replicas.length == 0 ? null : List.of(replicas)))))),
        1);
  }

  private static Errors error(AlterPartitionReassignmentsResponseData response) {
    return Errors.forCode(response.responses().getFirst().partitions().getFirst().errorCode());
  }

  private ListPartitionReassignmentsResponseData moves() {
    return AdminFixture.ask(
        new ListPartitionReassignmentsHandler(fixture.controller),
        new ListPartitionReassignmentsRequestData().setTopics(null),
        0);
  }

  @Test
  void aMoveIsListedUntilItIsCalledOff() {
    assertThat(error(move(0))).isEqualTo(Errors.NO_REASSIGNMENT_IN_PROGRESS);
    assertThat(error(move(0, 1))).isEqualTo(Errors.NONE);

    var listed = moves().topics().getFirst();
    assertThat(listed.name()).isEqualTo("a");
    assertThat(listed.partitions().getFirst().addingReplicas()).containsExactly(1);
    assertThat(listed.partitions().getFirst().removingReplicas()).containsExactly(0);

    assertThat(error(move(0))).isEqualTo(Errors.NONE);
    assertThat(moves().topics()).isEmpty();
  }

  @Test
  void aMoveToNowhereIsRefused() {
    assertThat(error(move(0, 7))).isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT);
    assertThat(error(move(9, 1))).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
  }

  @Test
  void anotherReplicationFactorIsRefusedWhereItIsNotAllowed() {
    AlterPartitionReassignmentsResponseData response =
        AdminFixture.ask(
            new AlterPartitionReassignmentsHandler(fixture.controller, fixture.controller),
            new AlterPartitionReassignmentsRequestData()
                .setAllowReplicationFactorChange(false)
                .setTopics(
                    List.of(
                        new ReassignableTopic()
                            .setName("a")
                            .setPartitions(
                                List.of(
                                    new ReassignablePartition()
                                        .setPartitionIndex(0)
                                        .setReplicas(List.of(0, 1)))))),
            1);

    assertThat(error(response)).isEqualTo(Errors.INVALID_REPLICATION_FACTOR);
  }

  @Test
  void anElectionThatIsNotNeededSaysSo() {
    ElectLeadersResponseData response =
        AdminFixture.ask(
            new ElectLeadersHandler(fixture.controller),
            new ElectLeadersRequestData()
                .setTopicPartitions(
                    new ElectLeadersRequestData.TopicPartitionsCollection(
                        List.of(
                                new TopicPartitions().setTopic("a").setPartitions(List.of(0)),
                                new TopicPartitions().setTopic("b").setPartitions(List.of(0)))
                            .iterator())),
            2);

    assertThat(response.replicaElectionResults())
        .extracting(
            topic -> topic.topic(),
            topic -> Errors.forCode(topic.partitionResult().getFirst().errorCode()))
        .containsExactly(
            tuple("a", Errors.ELECTION_NOT_NEEDED), tuple("b", Errors.UNKNOWN_TOPIC_OR_PARTITION));
  }

  @Test
  void anElectionOfAllMentionsOnlyWhatItConcerns() {
    ElectLeadersResponseData response =
        AdminFixture.ask(
            new ElectLeadersHandler(fixture.controller),
            new ElectLeadersRequestData().setTopicPartitions(null),
            2);

    assertThat(response.replicaElectionResults()).isEmpty();
  }

  @Test
  void anElectionOfAnUnknownTypeIsAnInvalidRequest() {
    assertThatThrownBy(
            () ->
                AdminFixture.ask(
                    new ElectLeadersHandler(fixture.controller),
                    new ElectLeadersRequestData()
                        .setElectionType((byte) 7)
                        .setTopicPartitions(null),
                    2))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("7");
  }

  @Test
  void aBrokerThatRunsIsNotForgotten() {
    assertThat(unregister(1).errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
    assertThat(unregister(5).errorCode()).isEqualTo(Errors.BROKER_ID_NOT_REGISTERED.code());
  }

  private UnregisterBrokerResponseData unregister(int id) {
    return AdminFixture.ask(
        new UnregisterBrokerHandler(fixture.controller),
        new UnregisterBrokerRequestData().setBrokerId(id),
        0);
  }

  @Test
  void theControllerIsTheQuorum() {
    DescribeQuorumResponseData response =
        AdminFixture.ask(
            new DescribeQuorumHandler(fixture.controller),
            DescribeQuorumRequest.singletonRequest(
                new TopicPartition(Topic.CLUSTER_METADATA_TOPIC_NAME, 0)));

    var partition = response.topics().getFirst().partitions().getFirst();
    assertThat(Errors.forCode(partition.errorCode())).isEqualTo(Errors.NONE);
    assertThat(partition.leaderId()).isZero();
    assertThat(partition.highWatermark()).isEqualTo(fixture.controller.image().revision());
    assertThat(partition.currentVoters())
        .extracting(voter -> voter.replicaId(), voter -> voter.logEndOffset())
        .containsExactly(tuple(0, partition.highWatermark()));
  }

  @Test
  void otherPartitionsHaveNoQuorum() {
    DescribeQuorumResponseData response =
        AdminFixture.ask(
            new DescribeQuorumHandler(fixture.controller),
            DescribeQuorumRequest.singletonRequest(new TopicPartition("a", 0)));

    assertThat(response.topics().getFirst().partitions().getFirst().errorCode())
        .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
  }

  private UpdateFeaturesResponseData update(int version, int level, UpgradeType type) {
    UpdateFeaturesRequestData request = new UpdateFeaturesRequestData();
    request
        .featureUpdates()
        .add(
            new UpdateFeaturesRequestData.FeatureUpdateKey()
                .setFeature("metadata.version")
                .setMaxVersionLevel((short) level)
                .setAllowDowngrade(version == 0 && type != UpgradeType.UPGRADE)
                .setUpgradeType(type.code()));
    return AdminFixture.ask(new UpdateFeaturesHandler(fixture.controller), request, version);
  }

  @Test
  void anUpdateOfFeaturesIsAnsweredAsEachVersionHasIt() {
    assertThat(update(2, 20, UpgradeType.UPGRADE).results()).isEmpty();
    assertThat(fixture.controller.image().features()).containsEntry("metadata.version", (short) 20);
    assertThat(update(1, 19, UpgradeType.SAFE_DOWNGRADE).results())
        .extracting(result -> result.feature(), result -> result.errorCode())
        .containsExactly(tuple("metadata.version", (short) 0));
    assertThat(update(0, 18, UpgradeType.SAFE_DOWNGRADE).errorCode()).isZero();
    assertThat(fixture.controller.image().features()).containsEntry("metadata.version", (short) 18);
  }

  @Test
  void anUpdateOfFeaturesThatIsRefusedSaysWhy() {
    UpdateFeaturesResponseData response = update(2, 99, UpgradeType.UPGRADE);

    assertThat(response.errorCode()).isEqualTo(Errors.INVALID_UPDATE_VERSION.code());
    assertThat(response.errorMessage())
        .isEqualTo(
            "The update failed for all features since the following feature had an error: Invalid"
                + " update version 99 for feature metadata.version. Local controller 0 only"
                + " supports versions 7-30");
    assertThat(update(2, 20, UpgradeType.UNKNOWN).errorMessage())
        .contains("The controller does not support the given upgrade type.");
  }

  @Test
  void fencedBrokersAreDescribedToThoseWhoAskForThem() {
    AdminFixture fresh = new AdminFixture(Map.of(), true);
    DescribeClusterHandler handler = new DescribeClusterHandler(0, fresh.controller);

    assertThat(
            AdminFixture.ask(
                    handler, new DescribeClusterRequestData().setIncludeFencedBrokers(true))
                .brokers())
        .extracting(broker -> broker.brokerId(), broker -> broker.isFenced())
        .containsExactly(tuple(0, true));
    assertThat(AdminFixture.ask(handler, new DescribeClusterRequestData()).brokers()).isEmpty();
  }
}
