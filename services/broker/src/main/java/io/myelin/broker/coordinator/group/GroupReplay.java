package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.CoordinatorRecord;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue;
import org.jboss.logging.Logger;
import org.pcollections.HashTreePSet;
import org.pcollections.TreePMap;

/** Rebuilds {@link Groups} from records. Thread-safe. */
final class GroupReplay {
  private static final Logger LOG = Logger.getLogger(GroupReplay.class);
  // Types of which somebody was told: once is enough. At most 65,536, in practice a handful.
  private final Set<Short> reported = ConcurrentHashMap.newKeySet();

  Groups replay(Groups state, CoordinatorRecord record, long nowMs) {
    return switch (GroupRecords.read(record)) {
      case GroupRecords.OffsetContent content -> replayOffset(state, content, nowMs);
      case GroupRecords.GroupContent content ->
          content
              .group()
              .map(value -> state.with(group(content.groupId(), value)))
              .orElseGet(() -> state.without(content.groupId()));
      case GroupRecords.UnknownContent content -> {
        if (reported.add(content.type())) {
          LOG.warnf(
              "%s has records of type %d, which this broker does not serve: they are left alone",
              Topic.GROUP_METADATA_TOPIC_NAME, content.type());
        }
        yield state;
      }
    };
  }

  static Groups replayOffset(Groups state, GroupRecords.OffsetContent content, long nowMs) {
    if (content.offset().isEmpty()) {
      return state.without(content.groupId(), content.partition());
    }
    // Who commits without ever joining has a group too: one that only stores offsets.
    Groups known =
        state.group(content.groupId()) == null
            ? state.with(ClassicGroup.empty(content.groupId(), nowMs))
            : state;
    return known.with(content.groupId(), content.partition(), content.offset().get());
  }

  private static ClassicGroup group(String id, GroupMetadataValue value) {
    String type =
        value.protocolType() == null || value.protocolType().isEmpty()
            ? null
            : value.protocolType();
    TreePMap<String, ClassicMember> members = TreePMap.empty();
    for (GroupMetadataValue.MemberMetadata m : value.members()) {
      members = members.plus(m.memberId(), member(m, value.protocol()));
    }
    return new ClassicGroup(
        id,
        members.isEmpty() ? ClassicState.EMPTY : ClassicState.STABLE,
        value.currentStateTimestamp(),
        value.generation(),
        type,
        value.protocol(),
        value.leader(),
        members,
        HashTreePSet.empty(),
        HashTreePSet.empty(),
        subscribed(type, value.protocol(), members.values()),
        null);
  }

  private static ClassicMember member(GroupMetadataValue.MemberMetadata m, String protocol) {
    return new ClassicMember(
        m.memberId(),
        m.groupInstanceId(),
        m.clientId(),
        m.clientHost(),
        m.rebalanceTimeout() == -1 ? m.sessionTimeout() : m.rebalanceTimeout(),
        m.sessionTimeout(),
        List.of(new ClassicMember.Protocol(protocol, m.subscription())),
        m.assignment(),
        false,
        null,
        null);
  }

  /**
   * Topics that the members of a consumer group consume under {@code protocol}; null if the group
   * is of another type, or if a member's metadata is not the consumer protocol's.
   */
  static Set<String> subscribed(String type, String protocol, Collection<ClassicMember> members) {
    if (!ConsumerProtocol.PROTOCOL_TYPE.equals(type)) {
      return null;
    }
    if (members.isEmpty()) {
      return Set.of();
    }
    if (protocol == null) {
      return null;
    }
    Set<String> topics = new HashSet<>();
    try {
      for (ClassicMember member : members) {
        ByteBuffer metadata = ByteBuffer.wrap(member.metadata(protocol));
        ConsumerProtocol.deserializeVersion(metadata);
        // Version 0 is the beginning of every version.
        topics.addAll(
            ConsumerProtocol.deserializeConsumerProtocolSubscription(metadata, (short) 0).topics());
      }
    } catch (RuntimeException e) {
      // Clients may send anything; the group works, only its topics stay unknown.
      LOG.debugf(e, "a member's subscription cannot be read");
      return null;
    }
    return Collections.unmodifiableSet(topics);
  }
}
