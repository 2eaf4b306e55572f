package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.group.GroupRequest.CommitOffsets;
import io.myelin.broker.coordinator.group.GroupRequest.DeleteOffsets;
import io.myelin.broker.coordinator.group.GroupRequest.FetchOffsets;
import io.myelin.broker.coordinator.group.GroupRequest.ForgetTopics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.Errors;
import org.pcollections.HashPMap;

/** Committed offsets: commit, fetch, delete. */
final class OffsetRules {
  private final GroupConfig config;

  OffsetRules(GroupConfig config) {
    this.config = config;
  }

  // OffsetCommit

  void commit(GroupTurn turn, CommitOffsets request) {
    OffsetCommitRequestData data = request.data();
    ClassicGroup group = turn.group(data.groupId());
    Errors refused = validate(group, data, request.tellsUnknownGroup());
    OffsetCommitResponseData response = new OffsetCommitResponseData();
    for (OffsetCommitRequestTopic topic : data.topics()) {
      OffsetCommitResponseTopic answers =
          new OffsetCommitResponseTopic().setName(topic.name()).setTopicId(topic.topicId());
      response.topics().add(answers);
      for (OffsetCommitRequestPartition partition : topic.partitions()) {
        Errors error = refused == Errors.NONE ? commit(turn, data, topic, partition) : refused;
        answers
            .partitions()
            .add(
                new OffsetCommitResponsePartition()
                    .setPartitionIndex(partition.partitionIndex())
                    .setErrorCode(error.code()));
      }
    }
    if (refused == Errors.NONE && group != null) {
      keepsSessionAlive(turn, group, data.memberId());
    }
    turn.reply(request.answer(), response);
  }

  private static void keepsSessionAlive(GroupTurn turn, ClassicGroup group, String memberId) {
    ClassicMember member = group.member(memberId);
    if (member != null && (group.is(ClassicState.STABLE) || group.is(ClassicState.PREPARING))) {
      Rebalance.restartSession(turn, group.id(), member);
    }
  }

  private static Errors validate(
      ClassicGroup group, OffsetCommitRequestData data, boolean tellsUnknownGroup) {
    int generation = data.generationIdOrMemberEpoch();
    if (group == null) {
      // Without a generation it is a tool, or a consumer that only stores its offsets here.
      return generation < 0
          ? Errors.NONE
          : tellsUnknownGroup ? Errors.GROUP_ID_NOT_FOUND : Errors.ILLEGAL_GENERATION;
    }
    if (generation < 0 && group.is(ClassicState.EMPTY)) {
      return Errors.NONE;
    }
    if (generation < 0 && data.memberId().isEmpty() && data.groupInstanceId() == null) {
      return Errors.UNKNOWN_MEMBER_ID;
    }
    Optional<Errors> unknown = MemberRules.validate(group, data.memberId(), data.groupInstanceId());
    if (unknown.isPresent()) {
      return unknown.get();
    }
    if (generation != group.generation()) {
      return Errors.ILLEGAL_GENERATION;
    }
    // Its assignment is not known yet, so it cannot have consumed anything of it.
    return group.is(ClassicState.COMPLETING) ? Errors.REBALANCE_IN_PROGRESS : Errors.NONE;
  }

  private Errors commit(
      GroupTurn turn,
      OffsetCommitRequestData data,
      OffsetCommitRequestTopic topic,
      OffsetCommitRequestPartition partition) {
    String metadata = partition.committedMetadata();
    if (metadata != null && metadata.length() > config.offsetMetadataBytesMax()) {
      return Errors.OFFSET_METADATA_TOO_LARGE;
    }
    TopicPartition where = new TopicPartition(topic.name(), partition.partitionIndex());
    CommittedOffset offset =
        new CommittedOffset(
            partition.committedOffset(),
            partition.committedLeaderEpoch(),
            metadata == null ? "" : metadata,
            turn.nowMs(),
            data.retentionTimeMs() < 0 ? -1 : turn.nowMs() + data.retentionTimeMs(),
            topic.topicId());
    turn.append(GroupRecords.offset(data.groupId(), where, offset));
    turn.set(
        GroupReplay.replayOffset(
            turn.state(),
            new GroupRecords.OffsetContent(data.groupId(), where, Optional.of(offset)),
            turn.nowMs()));
    return Errors.NONE;
  }

  // OffsetFetch

  void fetch(GroupTurn turn, FetchOffsets request) {
    OffsetFetchRequestGroup data = request.data();
    HashPMap<TopicPartition, CommittedOffset> offsets = turn.state().offsetsOf(data.groupId());
    OffsetFetchResponseGroup response = new OffsetFetchResponseGroup().setGroupId(data.groupId());
    if (data.topics() == null) {
      fetchAll(offsets, response);
    } else {
      data.topics().forEach(topic -> response.topics().add(fetch(offsets, topic)));
    }
    turn.reply(request.answer(), response);
  }

  private static void fetchAll(
      HashPMap<TopicPartition, CommittedOffset> offsets, OffsetFetchResponseGroup response) {
    Map<String, OffsetFetchResponseTopics> topics = new TreeMap<>();
    offsets.forEach(
        (partition, offset) ->
            topics
                .computeIfAbsent(
                    partition.topic(), name -> new OffsetFetchResponseTopics().setName(name))
                .partitions()
                .add(found(partition.partition(), offset)));
    response.topics().addAll(topics.values());
  }

  private static OffsetFetchResponseTopics fetch(
      HashPMap<TopicPartition, CommittedOffset> offsets, OffsetFetchRequestTopics topic) {
    OffsetFetchResponseTopics response =
        new OffsetFetchResponseTopics().setName(topic.name()).setTopicId(topic.topicId());
    for (int partition : topic.partitionIndexes()) {
      CommittedOffset offset = offsets.get(new TopicPartition(topic.name(), partition));
      response
          .partitions()
          .add(
              offset == null || isOfAnotherTopic(offset.topicId(), topic.topicId())
                  ? none(partition)
                  : found(partition, offset));
    }
    return response;
  }

  /** A topic was deleted and made again under the same name: its offsets mean nothing. */
  private static boolean isOfAnotherTopic(Uuid committed, Uuid asked) {
    return !committed.equals(Uuid.ZERO_UUID)
        && !asked.equals(Uuid.ZERO_UUID)
        && !committed.equals(asked);
  }

  private static OffsetFetchResponsePartitions found(int partition, CommittedOffset offset) {
    return new OffsetFetchResponsePartitions()
        .setPartitionIndex(partition)
        .setCommittedOffset(offset.offset())
        .setCommittedLeaderEpoch(offset.leaderEpoch())
        .setMetadata(offset.metadata());
  }

  private static OffsetFetchResponsePartitions none(int partition) {
    return new OffsetFetchResponsePartitions()
        .setPartitionIndex(partition)
        .setCommittedOffset(-1)
        .setCommittedLeaderEpoch(-1)
        .setMetadata("");
  }

  // OffsetDelete, and deleted topics

  void delete(GroupTurn turn, DeleteOffsets request) {
    String groupId = request.data().groupId();
    ClassicGroup group = turn.group(groupId);
    Errors refused = validateDelete(group, groupId);
    OffsetDeleteResponseData response = new OffsetDeleteResponseData().setErrorCode(refused.code());
    if (refused == Errors.NONE) {
      for (OffsetDeleteRequestTopic topic : request.data().topics()) {
        response.topics().add(delete(turn, group, topic));
      }
    }
    turn.reply(request.answer(), response);
  }

  private static Errors validateDelete(ClassicGroup group, String groupId) {
    if (groupId == null || groupId.isEmpty()) {
      return Errors.INVALID_GROUP_ID;
    }
    if (group == null) {
      return Errors.GROUP_ID_NOT_FOUND;
    }
    // Of a consumer group it is known which topics are in use.
    return group.is(ClassicState.EMPTY) || group.isConsumerGroup()
        ? Errors.NONE
        : Errors.NON_EMPTY_GROUP;
  }

  private static OffsetDeleteResponseTopic delete(
      GroupTurn turn, ClassicGroup group, OffsetDeleteRequestTopic topic) {
    boolean inUse = group.consumes(topic.name());
    OffsetDeleteResponseTopic response = new OffsetDeleteResponseTopic().setName(topic.name());
    for (OffsetDeleteRequestPartition partition : topic.partitions()) {
      if (!inUse) {
        forget(turn, group.id(), new TopicPartition(topic.name(), partition.partitionIndex()));
      }
      response
          .partitions()
          .add(
              new OffsetDeleteResponsePartition()
                  .setPartitionIndex(partition.partitionIndex())
                  .setErrorCode((inUse ? Errors.GROUP_SUBSCRIBED_TO_TOPIC : Errors.NONE).code()));
    }
    return response;
  }

  void forget(GroupTurn turn, ForgetTopics request) {
    Set<String> topics = request.topics();
    turn.state()
        .offsets()
        .forEach(
            (groupId, offsets) ->
                offsets.keySet().stream()
                    .filter(partition -> topics.contains(partition.topic()))
                    .forEach(partition -> forget(turn, groupId, partition)));
    turn.reply(request.answer(), null);
  }

  /** Without effect if there is no such offset. */
  static void forget(GroupTurn turn, String groupId, TopicPartition partition) {
    if (turn.state().offsetsOf(groupId).containsKey(partition)) {
      turn.append(GroupRecords.offsetTombstone(groupId, partition));
      turn.set(turn.state().without(groupId, partition));
    }
  }
}
