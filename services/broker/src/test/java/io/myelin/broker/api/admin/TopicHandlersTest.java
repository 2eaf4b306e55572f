package io.myelin.broker.api.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.broker.api.TopicIds;
import io.myelin.broker.coordinator.group.OffsetsTopic;
import io.myelin.broker.image.ImageOffsetsTopic;
import io.myelin.metadata.TopicImage;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class TopicHandlersTest {
  private final AdminFixture admin = new AdminFixture(Map.of("num.partitions", "3"));
  private final CreateTopicsHandler create =
      new CreateTopicsHandler(admin.controller, admin.controller, admin.topicConfigs);
  private final MetadataHandler metadata =
      new MetadataHandler(0, admin.controller, admin.controller, admin.internalTopics, true);

  private static CreatableTopic topic(String name, int partitions) {
    return new CreatableTopic()
        .setName(name)
        .setNumPartitions(partitions)
        .setReplicationFactor((short) -1);
  }

  private CreateTopicsResponseData create(CreatableTopic... topics) {
    CreateTopicsRequestData request = new CreateTopicsRequestData();
    List.of(topics).forEach(request.topics()::add);
    return AdminFixture.ask(create, request);
  }

  private static void assertRefused(CreatableTopicResult result, Errors error, String message) {
    assertThat(Errors.forCode(result.errorCode())).isEqualTo(error);
    assertThat(result.errorMessage()).isEqualTo(message);
  }

  private MetadataResponseData ask(int version, String... names) {
    MetadataRequestData request = new MetadataRequestData();
    List.of(names).forEach(name -> request.topics().add(new MetadataRequestTopic().setName(name)));
    return AdminFixture.ask(metadata, request, version);
  }

  @Test
  void tellsWhatWasCreated() {
    CreatableTopic wanted = topic("a", -1);
    wanted.configs().add(new CreatableTopicConfig().setName("retention.ms").setValue("7"));

    CreatableTopicResult result = create(wanted).topics().find("a");

    assertThat(result.errorCode()).isZero();
    assertThat(result.numPartitions()).isEqualTo(3);
    assertThat(result.replicationFactor()).isEqualTo((short) 1);
    assertThat(result.topicId()).isEqualTo(TopicIds.of(admin.controller.image().topic("a").id()));
    assertThat(result.configs())
        .hasSize(33)
        .anySatisfy(
            config -> {
              assertThat(config.name()).isEqualTo("retention.ms");
              assertThat(config.value()).isEqualTo("7");
              assertThat(config.configSource()).isEqualTo((byte) 1);
            });
  }

  @Test
  void answersInEveryVersionThatIsServed() {
    for (int version = create.oldestVersion(); version <= create.newestVersion(); version++) {
      CreateTopicsRequestData request = new CreateTopicsRequestData();
      request.topics().add(topic("v" + version, 1));
      CreateTopicsResponseData response = AdminFixture.ask(create, request, version);
      assertThat(response.topics().find("v" + version).errorCode()).isZero();
    }
    for (int version = 0; version <= metadata.newestVersion(); version++) {
      assertThat(ask(version, "v2").topics().find("v2").errorCode()).isZero();
    }
  }

  @Test
  void refusesNamesAsKafkaDoes() {
    for (String name : List.of("", ".", "..", "a/b", "x".repeat(250), "ü")) {
      String expected = "";
      try {
        Topic.validate(name);
      } catch (InvalidTopicException e) {
        expected = e.getMessage();
      }
      assertRefused(
          create(topic(name, 1)).topics().find(name), Errors.INVALID_TOPIC_EXCEPTION, expected);
    }
  }

  @Test
  void refusesSettingsAsKafkaDoes() {
    CreatableTopic unknown = topic("a", 1);
    unknown.configs().add(new CreatableTopicConfig().setName("no.such").setValue("1"));
    CreatableTopic bad = topic("b", 1);
    bad.configs().add(new CreatableTopicConfig().setName("segment.bytes").setValue("x"));
    CreatableTopic none = topic("c", 1);
    none.configs().add(new CreatableTopicConfig().setName("segment.bytes").setValue(null));

    CreateTopicsResponseData response = create(unknown, bad, none, topic("d", 1));

    assertRefused(
        response.topics().find("a"), Errors.INVALID_CONFIG, "Unknown topic config name: no.such");
    assertRefused(
        response.topics().find("b"),
        Errors.INVALID_CONFIG,
        "Invalid value x for configuration segment.bytes: Not a number of type INT");
    assertRefused(
        response.topics().find("c"),
        Errors.INVALID_CONFIG,
        "Null value not supported for topic configs: segment.bytes");
    assertThat(response.topics().find("d").errorCode()).isZero();
  }

  @Test
  void refusesValuesThatNoSettingMayHaveLaterEither() {
    CreatableTopic wanted = topic("a", 1);
    String throttled = "0:0" + ",0:0".repeat(9_000);
    wanted
        .configs()
        .add(
            new CreatableTopicConfig()
                .setName("leader.replication.throttled.replicas")
                .setValue(throttled));

    assertRefused(
        create(wanted).topics().find("a"),
        Errors.INVALID_CONFIG,
        "The configuration value cannot be added because it exceeds the maximum value size of"
            + " 32767 bytes.");
  }

  @Test
  void refusesDuplicatesTheMetadataTopicAndTooManyPartitions() {
    assertRefused(
        create(topic("a", 1), topic("a", 2)).topics().find("a"),
        Errors.INVALID_REQUEST,
        "Duplicate topic name.");
    assertRefused(
        create(topic("__cluster_metadata", 1)).topics().find("__cluster_metadata"),
        Errors.INVALID_REQUEST,
        "Creation of internal topic __cluster_metadata is prohibited.");
    assertRefused(
        create(topic("a", 10_001)).topics().find("a"),
        Errors.POLICY_VIOLATION,
        "Excessively large number of partitions per request.");
  }

  @Test
  void refusesTwoAssignmentsOfOnePartition() {
    CreatableTopic wanted = topic("a", -1);
    for (int i = 0; i < 2; i++) {
      wanted
          .assignments()
          .add(new CreatableReplicaAssignment().setPartitionIndex(0).setBrokerIds(List.of(i)));
    }

    assertRefused(
        create(wanted).topics().find("a"),
        Errors.INVALID_REPLICA_ASSIGNMENT,
        "Found multiple manual partition assignments for partition 0");
  }

  @Test
  void makesAMissingTopicAndTellsTheClientToAskAgain() {
    assertThat(ask(12, "new").topics().find("new").errorCode())
        .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());

    assertThat(ask(12, "new").topics().find("new").partitions()).hasSize(3);
  }

  @Test
  void makesNoTopicWhereTheClientForbidsIt() {
    MetadataRequestData request = new MetadataRequestData().setAllowAutoTopicCreation(false);
    request.topics().add(new MetadataRequestTopic().setName("new"));

    AdminFixture.ask(metadata, request);

    assertThat(admin.controller.image().topics()).isEmpty();
  }

  @Test
  void makesTheOffsetsTopicWithItsOwnSettings() {
    OffsetsTopic offsets =
        new ImageOffsetsTopic(admin.controller, admin.controller, admin.internalTopics);
    offsets.create().toCompletableFuture().join();
    TopicImage topic = admin.controller.image().topic("__consumer_offsets");

    assertThat(topic.partitions()).hasSize(50);
    offsets.create().toCompletableFuture().join();
    assertThat(admin.controller.image().topic("__consumer_offsets")).isEqualTo(topic);
    assertThat(admin.topicConfigs.settings(admin.controller.image(), topic.name()).log())
        .satisfies(
            log -> {
              assertThat(log.compact()).isTrue();
              assertThat(log.delete()).isFalse();
              assertThat(log.segmentBytes()).isEqualTo(104_857_600);
            });
  }

  @Test
  void describesBrokersAndTheCluster() {
    MetadataResponseData answer = ask(12, "new");

    assertThat(answer.brokers()).hasSize(1);
    assertThat(answer.brokers().find(0).host()).isEqualTo("there");
    assertThat(answer.clusterId()).isEqualTo(admin.controller.image().clusterId());
    assertThat(
            AdminFixture.ask(
                    new DescribeClusterHandler(0, admin.controller),
                    new DescribeClusterRequestData().setIncludeClusterAuthorizedOperations(true))
                .brokers())
        .hasSize(1);
  }

  @Test
  void findsTopicsByIdAndNamesUnknownIds() {
    create(topic("a", 1));
    Uuid known = TopicIds.of(admin.controller.image().topic("a").id());
    Uuid unknown = Uuid.randomUuid();
    MetadataRequestData request = new MetadataRequestData();
    request.topics().add(new MetadataRequestTopic().setName(null).setTopicId(known));
    request.topics().add(new MetadataRequestTopic().setName(null).setTopicId(unknown));

    MetadataResponseData response = AdminFixture.ask(metadata, request);

    assertThat(response.topics())
        .extracting(topic -> Errors.forCode(topic.errorCode()))
        .containsExactlyInAnyOrder(Errors.NONE, Errors.UNKNOWN_TOPIC_ID);
  }

  @Test
  void deletesByNameAndById() {
    create(topic("a", 1), topic("b", 1), topic("c", 1));
    Uuid b = TopicIds.of(admin.controller.image().topic("b").id());
    DeleteTopicsRequestData request = new DeleteTopicsRequestData();
    request.topics().add(new DeleteTopicState().setName("a"));
    request.topics().add(new DeleteTopicState().setName(null).setTopicId(b));
    request.topics().add(new DeleteTopicState().setName("nowhere"));
    request.topics().add(new DeleteTopicState().setName("c"));
    request.topics().add(new DeleteTopicState().setName("c"));

    var response =
        AdminFixture.ask(
            new DeleteTopicsHandler(admin.controller, admin.controller, true), request);

    assertThat(response.responses())
        .extracting(r -> r.name() + " " + Errors.forCode(r.errorCode()))
        .containsExactlyInAnyOrder(
            "a NONE", "b NONE", "nowhere UNKNOWN_TOPIC_OR_PARTITION", "c INVALID_REQUEST");
    assertThat(admin.controller.image().topics()).containsOnlyKeys("c");
  }

  @Test
  void addsPartitions() {
    create(topic("a", 1));
    CreatePartitionsRequestData request = new CreatePartitionsRequestData();
    request.topics().add(new CreatePartitionsTopic().setName("a").setCount(4).setAssignments(null));
    request.topics().add(new CreatePartitionsTopic().setName("b").setCount(4).setAssignments(null));

    var response = AdminFixture.ask(createPartitions(), request);

    assertThat(response.results())
        .extracting(r -> r.name() + " " + Errors.forCode(r.errorCode()))
        .containsExactly("a NONE", "b UNKNOWN_TOPIC_OR_PARTITION");
    assertThat(admin.controller.image().topic("a").partitions()).hasSize(4);
  }

  @Test
  void refusesMorePartitionsThanAControllerMakesAtOnce() {
    create(topic("a", 1), topic("b", 1));
    CreatePartitionsRequestData request = new CreatePartitionsRequestData();
    request.topics().add(adding("a", Integer.MAX_VALUE));
    assertTooMany(request);
    request.topics().clear();
    request.topics().add(adding("a", 6_001));
    request.topics().add(adding("b", 6_001));
    assertTooMany(request);
    assertThat(admin.controller.image().topic("a").partitions()).hasSize(1);
  }

  private static CreatePartitionsTopic adding(String topic, int count) {
    return new CreatePartitionsTopic().setName(topic).setCount(count).setAssignments(null);
  }

  private void assertTooMany(CreatePartitionsRequestData request) {
    assertThat(AdminFixture.ask(createPartitions(), request).results())
        .isNotEmpty()
        .allSatisfy(
            result ->
                assertThat(Errors.forCode(result.errorCode())).isEqualTo(Errors.POLICY_VIOLATION));
  }

  private CreatePartitionsHandler createPartitions() {
    return new CreatePartitionsHandler(admin.controller, admin.controller);
  }

  @Test
  void describesPartitionsInPages() {
    create(topic("a", 3), topic("b", 3));
    DescribeTopicPartitionsHandler handler =
        new DescribeTopicPartitionsHandler(admin.controller, admin.config.all());
    DescribeTopicPartitionsRequestData request =
        new DescribeTopicPartitionsRequestData().setResponsePartitionLimit(4);

    DescribeTopicPartitionsResponseData first = AdminFixture.ask(handler, request);
    request.setCursor(
        new DescribeTopicPartitionsRequestData.Cursor()
            .setTopicName(first.nextCursor().topicName())
            .setPartitionIndex(first.nextCursor().partitionIndex()));
    DescribeTopicPartitionsResponseData second = AdminFixture.ask(handler, request);

    assertThat(first.topics()).extracting(t -> t.partitions().size()).containsExactly(3, 1);
    assertThat(first.nextCursor().topicName()).isEqualTo("b");
    assertThat(second.topics()).extracting(t -> t.partitions().size()).containsExactly(2);
    assertThat(second.nextCursor()).isNull();
  }

  @Test
  void refusesACursorOutsideOfTheList() {
    DescribeTopicPartitionsRequestData request =
        new DescribeTopicPartitionsRequestData()
            .setCursor(new DescribeTopicPartitionsRequestData.Cursor().setTopicName("x"));
    request.topics().add(new DescribeTopicPartitionsRequestData.TopicRequest().setName("a"));

    assertThatThrownBy(
            () ->
                AdminFixture.ask(
                    new DescribeTopicPartitionsHandler(admin.controller, admin.config.all()),
                    request))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("should contain the cursor topic: x");
  }
}
