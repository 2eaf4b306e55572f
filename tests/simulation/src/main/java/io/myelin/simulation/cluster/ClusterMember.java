package io.myelin.simulation.cluster;

import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * Joins a group, and commits growing offsets of a partition that nobody else commits: whoever
 * coordinates next has to know every one that was acknowledged. Looks at them now and then, without
 * being a member, at any broker that takes itself for the coordinator.
 */
final class ClusterMember extends ClusterClient {
  private static final String GROUP = "the-group";
  private static final int SESSION_TIMEOUT_MS = 6_000;

  private final String topic;
  private String memberId = "";
  private int generation = -1;
  private long attempted = -1;
  private long acknowledged = -1;
  private int commits;

  ClusterMember(ClusterWorld world, String name, String topic) {
    super(world, name);
    this.topic = topic;
  }

  /** Acknowledged commits so far. */
  int commits() {
    return commits;
  }

  @Override
  void locate() {
    call(
        ApiKeys.FIND_COORDINATOR,
        3,
        new FindCoordinatorRequestData().setKey(GROUP).setKeyType((byte) 0),
        FindCoordinatorResponseData.class,
        answer -> {
          if (answer.errorCode() == 0) {
            moveTo(answer.nodeId());
          } else {
            later(50, this::reconnect);
          }
        });
  }

  @Override
  void onConnected() {
    call(
        ApiKeys.OFFSET_FETCH,
        5,
        new OffsetFetchRequestData()
            .setGroupId(GROUP)
            .setTopics(
                List.of(
                    new OffsetFetchRequestTopic().setName(topic).setPartitionIndexes(List.of(0)))),
        OffsetFetchResponseData.class,
        answer -> {
          if (answer.errorCode() == 0) {
            fetched(answer.topics().getFirst().partitions().getFirst().committedOffset());
            join();
          } else {
            later(50, this::reconnect);
          }
        });
  }

  /** A coordinator that does not know yet that another one is elected may be behind. */
  private void fetched(long offset) {
    if (!isAtNewestLeader("__consumer_offsets", 0)) {
      return;
    }
    if (offset < acknowledged || offset > attempted) {
      world.violation(
          "%s: committed offset is %d, but %d was acknowledged and %d the last attempt"
              .formatted(name, offset, acknowledged, attempted));
    }
    acknowledged = Math.max(acknowledged, offset);
  }

  private void join() {
    JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
    protocols.add(new JoinGroupRequestProtocol().setName("range").setMetadata(new byte[] {1}));
    call(
        ApiKeys.JOIN_GROUP,
        5,
        new JoinGroupRequestData()
            .setGroupId(GROUP)
            .setSessionTimeoutMs(SESSION_TIMEOUT_MS)
            .setRebalanceTimeoutMs(SESSION_TIMEOUT_MS)
            .setMemberId(memberId)
            .setProtocolType("consumer")
            .setProtocols(protocols),
        JoinGroupResponseData.class,
        this::joined);
  }

  private void joined(JoinGroupResponseData answer) {
    switch (Errors.forCode(answer.errorCode())) {
      case NONE -> {
        memberId = answer.memberId();
        generation = answer.generationId();
        world.coverage().count(Count.REBALANCES);
        sync(answer);
      }
      case MEMBER_ID_REQUIRED -> {
        memberId = answer.memberId();
        join();
      }
      default -> recover(Errors.forCode(answer.errorCode()));
    }
  }

  private void sync(JoinGroupResponseData joined) {
    List<SyncGroupRequestAssignment> assignments =
        joined.leader().equals(memberId)
            ? joined.members().stream()
                .map(
                    member ->
                        new SyncGroupRequestAssignment()
                            .setMemberId(member.memberId())
                            .setAssignment(assignment(generation, member.memberId())))
                .toList()
            : List.of();
    call(
        ApiKeys.SYNC_GROUP,
        3,
        new SyncGroupRequestData()
            .setGroupId(GROUP)
            .setGenerationId(generation)
            .setMemberId(memberId)
            .setAssignments(assignments),
        SyncGroupResponseData.class,
        answer -> {
          if (answer.errorCode() != 0) {
            recover(Errors.forCode(answer.errorCode()));
            return;
          }
          String got = new String(answer.assignment(), StandardCharsets.UTF_8);
          String wanted = new String(assignment(generation, memberId), StandardCharsets.UTF_8);
          if (!got.equals(wanted)) {
            world.violation(name + ": was assigned " + got + " instead of " + wanted);
          }
          work();
        });
  }

  private static byte[] assignment(int generation, String member) {
    return (generation + " " + member).getBytes(StandardCharsets.UTF_8);
  }

  private void work() {
    switch (world.random().nextInt(12)) {
      case 0 -> reconnect(); // and looks at what is committed
      case 1, 2, 3 -> heartbeat();
      default -> commit();
    }
  }

  private void heartbeat() {
    call(
        ApiKeys.HEARTBEAT,
        3,
        new HeartbeatRequestData()
            .setGroupId(GROUP)
            .setGenerationId(generation)
            .setMemberId(memberId),
        HeartbeatResponseData.class,
        answer -> goOn(Errors.forCode(answer.errorCode())));
  }

  private void commit() {
    long offset = ++attempted;
    call(
        ApiKeys.OFFSET_COMMIT,
        7,
        new OffsetCommitRequestData()
            .setGroupId(GROUP)
            .setGenerationIdOrMemberEpoch(generation)
            .setMemberId(memberId)
            .setTopics(
                List.of(
                    new OffsetCommitRequestTopic()
                        .setName(topic)
                        .setPartitions(
                            List.of(
                                new OffsetCommitRequestPartition()
                                    .setPartitionIndex(0)
                                    .setCommittedOffset(offset))))),
        OffsetCommitResponseData.class,
        answer -> {
          Errors error =
              Errors.forCode(answer.topics().getFirst().partitions().getFirst().errorCode());
          if (error == Errors.NONE) {
            acknowledged = Math.max(acknowledged, offset);
            commits++;
            world.coverage().count(Count.OFFSET_COMMITS);
          }
          goOn(error);
        });
  }

  private void goOn(Errors error) {
    if (error == Errors.NONE) {
      later(10 + world.random().nextInt(100), this::work);
    } else {
      recover(error);
    }
  }

  private void recover(Errors error) {
    switch (error) {
      case REBALANCE_IN_PROGRESS -> later(10, this::join);
      case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION -> {
        memberId = "";
        later(10, this::join);
      }
      case COORDINATOR_LOAD_IN_PROGRESS,
          COORDINATOR_NOT_AVAILABLE,
          NOT_COORDINATOR,
          REQUEST_TIMED_OUT,
          KAFKA_STORAGE_ERROR ->
          later(50, this::reconnect);
      default -> world.violation(name + ": refused with " + error);
    }
  }
}
