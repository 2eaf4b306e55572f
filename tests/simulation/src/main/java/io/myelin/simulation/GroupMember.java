package io.myelin.simulation;

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
 * Joins a group, commits offsets of a partition that nobody else commits, and crashes now and then:
 * then the group has to do without it until its session has timed out.
 */
final class GroupMember extends Client {
  private static final String GROUP = "the-group";
  private static final int SESSION_TIMEOUT_MS = 6000;

  private final PartitionHistory committed;
  private final OffsetHistory offsets;
  private String memberId = "";
  private int generation = -1;
  private int commits;

  GroupMember(World world, String name, PartitionHistory committed) {
    super(world, name);
    this.committed = committed;
    this.offsets = world.offsets(GROUP + " of " + committed);
  }

  /** Acknowledged commits so far. */
  int commits() {
    return commits;
  }

  @Override
  void onConnected() {
    call(
        ApiKeys.FIND_COORDINATOR,
        3,
        new FindCoordinatorRequestData().setKey(GROUP).setKeyType((byte) 0),
        FindCoordinatorResponseData.class,
        answer -> {
          if (answer.errorCode() == 0) {
            fetchOffset();
          } else {
            later(100, this::onConnected);
          }
        });
  }

  private void fetchOffset() {
    call(
        ApiKeys.OFFSET_FETCH,
        5,
        new OffsetFetchRequestData()
            .setGroupId(GROUP)
            .setTopics(
                List.of(
                    new OffsetFetchRequestTopic()
                        .setName(committed.topic())
                        .setPartitionIndexes(List.of(committed.id())))),
        OffsetFetchResponseData.class,
        answer -> {
          if (answer.errorCode() == 0) {
            offsets.fetched(answer.topics().getFirst().partitions().getFirst().committedOffset());
            join();
          } else {
            later(100, this::onConnected);
          }
        });
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
        world.coverage().rebalances++;
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
    boolean leads = joined.leader().equals(memberId);
    List<SyncGroupRequestAssignment> assignments =
        leads
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
    if (world.random().nextInt(100) == 0) {
      memberId = ""; // a new process, which has forgotten who it was
      reconnect();
    } else if (world.random().nextInt(3) == 0) {
      heartbeat();
    } else {
      commit();
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
    long offset = offsets.next();
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
                        .setName(committed.topic())
                        .setPartitions(
                            List.of(
                                new OffsetCommitRequestPartition()
                                    .setPartitionIndex(committed.id())
                                    .setCommittedOffset(offset))))),
        OffsetCommitResponseData.class,
        answer -> {
          Errors error =
              Errors.forCode(answer.topics().getFirst().partitions().getFirst().errorCode());
          if (error == Errors.NONE) {
            offsets.acknowledged(offset);
            commits++;
          }
          goOn(error);
        });
  }

  private void goOn(Errors error) {
    if (error == Errors.NONE) {
      later(1 + world.random().nextInt(100), this::work);
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
          later(100, this::onConnected);
      default -> world.violation(name + ": refused with " + error);
    }
  }
}
