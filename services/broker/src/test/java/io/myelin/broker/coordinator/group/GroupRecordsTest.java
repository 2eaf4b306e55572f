package io.myelin.broker.coordinator.group;

import static io.myelin.broker.coordinator.group.GroupFixture.GROUP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.broker.coordinator.CoordinatorRecord;
import io.myelin.broker.coordinator.CorruptRecordException;
import io.myelin.broker.coordinator.group.GroupFixture.Joiner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.MessageFormatter;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.GroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.apache.kafka.tools.consumer.GroupMetadataMessageFormatter;
import org.apache.kafka.tools.consumer.OffsetsMessageFormatter;
import org.junit.jupiter.api.Test;

/** Our records against Kafka's own reader, writer and formatters. */
class GroupRecordsTest {
  private static final TopicPartition T3 = new TopicPartition("t", 3);
  private static final CommittedOffset OFFSET =
      new CommittedOffset(42, 7, "meta", 1_000, -1, new Uuid(1, 2));

  private final GroupCoordinatorRecordSerde kafka = new GroupCoordinatorRecordSerde();

  private org.apache.kafka.coordinator.common.runtime.CoordinatorRecord kafkaReads(
      CoordinatorRecord record) {
    return kafka.deserialize(
        ByteBuffer.wrap(record.key()),
        record.value() == null ? null : ByteBuffer.wrap(record.value()));
  }

  /** What Kafka writes for the same content must be the same bytes. */
  private void assertKafkaWritesTheSame(CoordinatorRecord ours) {
    var theirs = kafkaReads(ours);
    assertThat(kafka.serializeKey(theirs)).isEqualTo(ours.key());
    assertThat(kafka.serializeValue(theirs)).isEqualTo(ours.value());
  }

  private static ClassicGroup stableGroup() {
    GroupFixture g = new GroupFixture();
    g.stableGroup(2);
    return g.group();
  }

  @Test
  void kafkaReadsOurOffsets() {
    CoordinatorRecord record = GroupRecords.offset(GROUP, T3, OFFSET);
    var read = kafkaReads(record);
    assertThat(read.key())
        .isEqualTo(new OffsetCommitKey().setGroup(GROUP).setTopic("t").setPartition(3));
    assertThat(read.value().version()).isEqualTo((short) 4);
    OffsetCommitValue value = (OffsetCommitValue) read.value().message();
    assertThat(value.offset()).isEqualTo(42);
    assertThat(value.leaderEpoch()).isEqualTo(7);
    assertThat(value.metadata()).isEqualTo("meta");
    assertThat(value.commitTimestamp()).isEqualTo(1_000);
    assertThat(value.topicId()).isEqualTo(new Uuid(1, 2));
    assertKafkaWritesTheSame(record);
  }

  @Test
  void kafkaReadsOurOffsetsWithAnExpiry() {
    CommittedOffset expiring = new CommittedOffset(42, -1, "", 1_000, 2_000, Uuid.ZERO_UUID);
    CoordinatorRecord record = GroupRecords.offset(GROUP, T3, expiring);
    var read = kafkaReads(record);
    assertThat(read.value().version()).isEqualTo((short) 1);
    assertThat(((OffsetCommitValue) read.value().message()).expireTimestamp()).isEqualTo(2_000);
    assertKafkaWritesTheSame(record);
  }

  @Test
  void kafkaReadsOurGroups() {
    ClassicGroup group = stableGroup();
    CoordinatorRecord record = GroupRecords.group(group);
    var read = kafkaReads(record);
    assertThat(read.key()).isEqualTo(new GroupMetadataKey().setGroup(GROUP));
    assertThat(read.value().version()).isEqualTo((short) 3);
    GroupMetadataValue value = (GroupMetadataValue) read.value().message();
    assertThat(value.generation()).isEqualTo(1);
    assertThat(value.leader()).isEqualTo(group.leader());
    assertThat(value.protocol()).isEqualTo("range");
    assertThat(value.currentStateTimestamp()).isEqualTo(group.stateSinceMs());
    assertThat(value.members())
        .extracting(GroupMetadataValue.MemberMetadata::memberId)
        .containsExactlyElementsOf(group.members().keySet());
    assertKafkaWritesTheSame(record);
  }

  @Test
  void kafkaReadsOurTombstones() {
    assertThat(kafkaReads(GroupRecords.groupTombstone(GROUP)).value()).isNull();
    assertThat(kafkaReads(GroupRecords.offsetTombstone(GROUP, T3)).value()).isNull();
  }

  @Test
  void kafkasFormattersPrintOurRecords() {
    assertThat(print(new OffsetsMessageFormatter(), GroupRecords.offset(GROUP, T3, OFFSET)))
        .contains("\"group\":\"g\"", "\"offset\":42");
    assertThat(print(new GroupMetadataMessageFormatter(), GroupRecords.group(stableGroup())))
        .contains("\"protocolType\":\"consumer\"", "\"generation\":1");
  }

  private static String print(MessageFormatter formatter, CoordinatorRecord record) {
    formatter.configure(Map.of());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, UTF_8);
    formatter.writeTo(
        new ConsumerRecord<>(Topic.GROUP_METADATA_TOPIC_NAME, 0, 0, record.key(), record.value()),
        out);
    return bytes.toString(UTF_8);
  }

  @Test
  void weReadWhatKafkaWroteInEveryVersion() {
    for (short version = 0; version <= OffsetCommitValue.HIGHEST_SUPPORTED_VERSION; version++) {
      assertThat(replayed(offsetAsKafkaWrites(version)).offsetsOf(GROUP).get(T3).offset())
          .isEqualTo(42);
    }
    for (short version = 0; version <= GroupMetadataValue.HIGHEST_SUPPORTED_VERSION; version++) {
      ClassicGroup group = replayed(groupAsKafkaWrites(version)).group(GROUP);
      assertThat(group.state()).isEqualTo(ClassicState.STABLE);
      assertThat(group.generation()).isEqualTo(9);
      assertThat(group.member("m").rebalanceTimeoutMs()).isEqualTo(version == 0 ? 10_000 : 20_000);
      assertThat(group.subscribed()).containsExactly("t");
    }
  }

  private CoordinatorRecord offsetAsKafkaWrites(short version) {
    return asKafkaWrites(
        new OffsetCommitKey().setGroup(GROUP).setTopic("t").setPartition(3),
        new OffsetCommitValue().setOffset(42).setMetadata("").setCommitTimestamp(1),
        version);
  }

  private CoordinatorRecord groupAsKafkaWrites(short version) {
    GroupMetadataValue.MemberMetadata member =
        new GroupMetadataValue.MemberMetadata()
            .setMemberId("m")
            .setClientId("c")
            .setClientHost("/h")
            .setSessionTimeout(10_000)
            .setSubscription(Joiner.fresh().protocols().get(0).metadata())
            .setAssignment(new byte[] {1});
    if (version > 0) {
      member.setRebalanceTimeout(20_000);
    }
    return asKafkaWrites(
        new GroupMetadataKey().setGroup(GROUP),
        new GroupMetadataValue()
            .setProtocolType("consumer")
            .setGeneration(9)
            .setProtocol("range")
            .setLeader("m")
            .setMembers(List.of(member)),
        version);
  }

  private CoordinatorRecord asKafkaWrites(
      org.apache.kafka.common.protocol.ApiMessage key,
      org.apache.kafka.common.protocol.ApiMessage value,
      short version) {
    var record =
        org.apache.kafka.coordinator.common.runtime.CoordinatorRecord.record(
            key, new ApiMessageAndVersion(value, version));
    return new CoordinatorRecord(kafka.serializeKey(record), kafka.serializeValue(record));
  }

  private static Groups replayed(CoordinatorRecord record) {
    return new GroupReplay().replay(Groups.EMPTY, record, 1);
  }

  @Test
  void recordsOfOtherProtocolsAreLeftAlone() {
    assertThat(
            replayed(
                asKafkaWrites(
                    new ConsumerGroupMetadataKey().setGroupId(GROUP),
                    new ConsumerGroupMetadataValue().setEpoch(1),
                    (short) 0)))
        .isEqualTo(Groups.EMPTY);
  }

  @Test
  void recordsOfUnknownTypesAreLeftAlone() {
    CoordinatorRecord fromTheFuture = new CoordinatorRecord(new byte[] {99, 99, 1}, new byte[1]);
    assertThat(replayed(fromTheFuture)).isEqualTo(Groups.EMPTY);
  }

  @Test
  void recordsThatAreCutOffAreCorrupt() {
    CoordinatorRecord whole = GroupRecords.offset(GROUP, T3, OFFSET);
    for (int length = 2; length < whole.key().length; length++) {
      CoordinatorRecord cut =
          new CoordinatorRecord(java.util.Arrays.copyOf(whole.key(), length), whole.value());
      assertThatThrownBy(() -> GroupRecords.read(cut))
          .as("key of %d bytes", length)
          .isInstanceOf(CorruptRecordException.class)
          .hasMessageContaining("type 1");
    }
    for (int length = 0; length < whole.value().length; length++) {
      CoordinatorRecord cut =
          new CoordinatorRecord(whole.key(), java.util.Arrays.copyOf(whole.value(), length));
      assertThatThrownBy(() -> GroupRecords.read(cut))
          .as("value of %d bytes", length)
          .isInstanceOf(CorruptRecordException.class);
    }
  }

  @Test
  void valuesOfAnUnknownVersionAreCorrupt() {
    CoordinatorRecord record = GroupRecords.offset(GROUP, T3, OFFSET);
    record.value()[1] = 99;
    assertThatThrownBy(() -> GroupRecords.read(record))
        .isInstanceOf(CorruptRecordException.class)
        .hasMessageContaining("unknown version 99");
  }

  @Test
  void whatWeWriteWeRead() {
    assertThat(GroupRecords.read(GroupRecords.offset(GROUP, T3, OFFSET)))
        .isEqualTo(new GroupRecords.OffsetContent(GROUP, T3, Optional.of(OFFSET)));
  }
}
