package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.CoordinatorRecord;
import io.myelin.broker.coordinator.CorruptRecordException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordType;
import org.apache.kafka.coordinator.group.generated.GroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.LegacyOffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.LegacyOffsetCommitValue;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;

/**
 * The records of {@code __consumer_offsets}, byte for byte as Kafka 4.3 writes them (schemas:
 * Kafka's group-coordinator, {@code common/message/*.json}).
 *
 * <pre>
 * key:    type  int16   0 or 1 offset commit, 2 group metadata, others later protocols
 *         ...           the type's key message, version 0
 * value:  version int16
 *         ...           the type's value message in that version; no value at all is a tombstone
 * </pre>
 */
final class GroupRecords {
  // What Kafka 4.3 writes: 3 is the newest version without tagged fields.
  private static final short GROUP_METADATA_VERSION = 3;
  private static final short OFFSET_COMMIT_VERSION = 4;
  // The only version with an expiry: what old clients ask for with a retention time.
  private static final short OFFSET_COMMIT_VERSION_WITH_EXPIRY = 1;

  private GroupRecords() {}

  /** What a record says. */
  sealed interface Content {}

  record OffsetContent(String groupId, TopicPartition partition, Optional<CommittedOffset> offset)
      implements Content {}

  record GroupContent(String groupId, Optional<GroupMetadataValue> group) implements Content {}

  /** Of a protocol, or of a newer version, that this coordinator does not know. */
  record UnknownContent(short type) implements Content {}

  static CoordinatorRecord offset(String groupId, TopicPartition partition, CommittedOffset o) {
    OffsetCommitValue value =
        new OffsetCommitValue()
            .setOffset(o.offset())
            .setLeaderEpoch(o.leaderEpoch())
            .setMetadata(o.metadata())
            .setCommitTimestamp(o.commitMs())
            .setExpireTimestamp(o.expireMs())
            .setTopicId(o.topicId());
    short version = o.expireMs() >= 0 ? OFFSET_COMMIT_VERSION_WITH_EXPIRY : OFFSET_COMMIT_VERSION;
    return new CoordinatorRecord(offsetKey(groupId, partition), prefixed(version, value, version));
  }

  static CoordinatorRecord offsetTombstone(String groupId, TopicPartition partition) {
    return new CoordinatorRecord(offsetKey(groupId, partition), null);
  }

  private static byte[] offsetKey(String groupId, TopicPartition partition) {
    return key(
        new OffsetCommitKey()
            .setGroup(groupId)
            .setTopic(partition.topic())
            .setPartition(partition.partition()));
  }

  static CoordinatorRecord group(ClassicGroup group) {
    GroupMetadataValue value =
        new GroupMetadataValue()
            .setProtocolType(group.protocolType() == null ? "" : group.protocolType())
            .setGeneration(group.generation())
            .setProtocol(group.protocolName())
            .setLeader(group.leader())
            .setCurrentStateTimestamp(group.stateSinceMs());
    for (ClassicMember m : group.members().values()) {
      value
          .members()
          .add(
              new GroupMetadataValue.MemberMetadata()
                  .setMemberId(m.id())
                  .setGroupInstanceId(m.instanceId())
                  .setClientId(m.clientId())
                  .setClientHost(m.clientHost())
                  .setRebalanceTimeout(m.rebalanceTimeoutMs())
                  .setSessionTimeout(m.sessionTimeoutMs())
                  .setSubscription(m.metadata(group.protocolName()))
                  .setAssignment(m.assignment()));
    }
    return new CoordinatorRecord(
        groupKey(group.id()), prefixed(GROUP_METADATA_VERSION, value, GROUP_METADATA_VERSION));
  }

  static CoordinatorRecord groupTombstone(String groupId) {
    return new CoordinatorRecord(groupKey(groupId), null);
  }

  private static byte[] groupKey(String groupId) {
    return key(new GroupMetadataKey().setGroup(groupId));
  }

  private static byte[] key(ApiMessage key) {
    return prefixed(key.apiKey(), key, (short) 0);
  }

  private static byte[] prefixed(short prefix, Message message, short version) {
    ObjectSerializationCache cache = new ObjectSerializationCache();
    byte[] bytes = new byte[2 + message.size(cache, version)];
    ByteBufferAccessor out = new ByteBufferAccessor(ByteBuffer.wrap(bytes));
    out.writeShort(prefix);
    message.write(out, cache, version);
    return bytes;
  }

  static Content read(CoordinatorRecord record) {
    if (record.key() == null || record.key().length < 2) {
      throw new CorruptRecordException("a record without a key that tells its type", null);
    }
    ByteBuffer key = ByteBuffer.wrap(record.key());
    short type = key.getShort();
    try {
      return switch (CoordinatorRecordType.fromId(type)) {
        case LEGACY_OFFSET_COMMIT -> {
          LegacyOffsetCommitKey k =
              new LegacyOffsetCommitKey(new ByteBufferAccessor(key), (short) 0);
          yield new OffsetContent(
              k.group(), new TopicPartition(k.topic(), k.partition()), legacyOffset(record));
        }
        case OFFSET_COMMIT -> {
          OffsetCommitKey k = new OffsetCommitKey(new ByteBufferAccessor(key), (short) 0);
          yield new OffsetContent(
              k.group(), new TopicPartition(k.topic(), k.partition()), offset(record));
        }
        case GROUP_METADATA -> {
          GroupMetadataKey k = new GroupMetadataKey(new ByteBufferAccessor(key), (short) 0);
          yield new GroupContent(k.group(), group(record));
        }
        case CONSUMER_GROUP_METADATA,
            CONSUMER_GROUP_PARTITION_METADATA,
            CONSUMER_GROUP_MEMBER_METADATA,
            CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA,
            CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER,
            CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT,
            CONSUMER_GROUP_REGULAR_EXPRESSION,
            SHARE_GROUP_MEMBER_METADATA,
            SHARE_GROUP_METADATA,
            SHARE_GROUP_TARGET_ASSIGNMENT_METADATA,
            SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER,
            SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT,
            SHARE_GROUP_STATE_PARTITION_METADATA,
            STREAMS_GROUP_METADATA,
            STREAMS_GROUP_MEMBER_METADATA,
            STREAMS_GROUP_TARGET_ASSIGNMENT_METADATA,
            STREAMS_GROUP_TARGET_ASSIGNMENT_MEMBER,
            STREAMS_GROUP_CURRENT_MEMBER_ASSIGNMENT,
            STREAMS_GROUP_TOPOLOGY ->
            new UnknownContent(type);
      };
    } catch (CorruptRecordException e) {
      throw e;
    } catch (UnsupportedVersionException e) {
      return new UnknownContent(type);
    } catch (RuntimeException e) {
      // The generated readers throw whatever the bytes lead them to.
      throw new CorruptRecordException("a record of type " + type + " cannot be read: " + e, e);
    }
  }

  private static Optional<CommittedOffset> offset(CoordinatorRecord record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    OffsetCommitValue v = new OffsetCommitValue();
    readValue(record, v);
    return Optional.of(
        new CommittedOffset(
            v.offset(),
            v.leaderEpoch(),
            v.metadata(),
            v.commitTimestamp(),
            v.expireTimestamp(),
            v.topicId()));
  }

  private static Optional<CommittedOffset> legacyOffset(CoordinatorRecord record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    LegacyOffsetCommitValue v = new LegacyOffsetCommitValue();
    readValue(record, v);
    return Optional.of(
        new CommittedOffset(v.offset(), -1, v.metadata(), v.commitTimestamp(), -1, Uuid.ZERO_UUID));
  }

  private static Optional<GroupMetadataValue> group(CoordinatorRecord record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    GroupMetadataValue v = new GroupMetadataValue();
    readValue(record, v);
    return Optional.of(v);
  }

  private static void readValue(CoordinatorRecord record, ApiMessage into) {
    ByteBuffer value = ByteBuffer.wrap(record.value());
    short version = value.getShort();
    if (version < into.lowestSupportedVersion() || version > into.highestSupportedVersion()) {
      throw new CorruptRecordException(
          into.getClass().getSimpleName() + " has the unknown version " + version, null);
    }
    into.read(new ByteBufferAccessor(value), version);
  }
}
