package io.myelin.simulation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
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
 * A member of a group, in the classic protocol: joins, heartbeats, commits, and joins again where
 * that is what the coordinator wants. Whose client it is decides what it does when.
 */
public final class GroupMembership {
  private static final String GROUP = "the-group";
  private static final int SESSION_TIMEOUT_MS = 6_000;

  /** The client that this is a member for. */
  public interface Host {
    /** There is a new generation. */
    void joined();

    /** It is a member, and nothing is under way. */
    void work();

    /** The last request was answered; {@link #work} is to follow. */
    void rest();

    /** The coordinator cannot serve it now, or is not the one: it is to be found again. */
    void seek();
  }

  private final ConnectedClient client;
  private final Host host;
  private String memberId = "";
  private int generation = -1;

  public GroupMembership(ConnectedClient client, Host host) {
    this.client = client;
    this.host = host;
  }

  /** Asks the broker who coordinates; {@code found} gets its id. */
  public void findCoordinator(IntConsumer found) {
    client.call(
        ApiKeys.FIND_COORDINATOR,
        3,
        new FindCoordinatorRequestData().setKey(GROUP).setKeyType((byte) 0),
        FindCoordinatorResponseData.class,
        answer -> {
          if (answer.errorCode() == 0) {
            found.accept(answer.nodeId());
          } else {
            host.seek();
          }
        });
  }

  /** {@code known} gets the offset that is committed, -1 if there is none. */
  public void fetchOffset(String topic, int partition, LongConsumer known) {
    client.call(
        ApiKeys.OFFSET_FETCH,
        5,
        new OffsetFetchRequestData()
            .setGroupId(GROUP)
            .setTopics(
                List.of(
                    new OffsetFetchRequestTopic()
                        .setName(topic)
                        .setPartitionIndexes(List.of(partition)))),
        OffsetFetchResponseData.class,
        answer -> {
          if (answer.errorCode() == 0) {
            known.accept(answer.topics().getFirst().partitions().getFirst().committedOffset());
          } else {
            host.seek();
          }
        });
  }

  /** A new process, which has forgotten who it was. */
  public void forget() {
    memberId = "";
  }

  public void join() {
    JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
    protocols.add(new JoinGroupRequestProtocol().setName("range").setMetadata(new byte[] {1}));
    client.call(
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
        host.joined();
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
    client.call(
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
            client.violation("was assigned " + got + " instead of " + wanted);
          }
          host.work();
        });
  }

  private static byte[] assignment(int generation, String member) {
    return (generation + " " + member).getBytes(StandardCharsets.UTF_8);
  }

  public void heartbeat() {
    client.call(
        ApiKeys.HEARTBEAT,
        3,
        new HeartbeatRequestData()
            .setGroupId(GROUP)
            .setGenerationId(generation)
            .setMemberId(memberId),
        HeartbeatResponseData.class,
        answer -> goOn(Errors.forCode(answer.errorCode())));
  }

  public void commit(String topic, int partition, long offset, Runnable acknowledged) {
    client.call(
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
                                    .setPartitionIndex(partition)
                                    .setCommittedOffset(offset))))),
        OffsetCommitResponseData.class,
        answer -> {
          Errors error =
              Errors.forCode(answer.topics().getFirst().partitions().getFirst().errorCode());
          if (error == Errors.NONE) {
            acknowledged.run();
          }
          goOn(error);
        });
  }

  private void goOn(Errors error) {
    if (error == Errors.NONE) {
      host.rest();
    } else {
      recover(error);
    }
  }

  private void recover(Errors error) {
    switch (error) {
      case REBALANCE_IN_PROGRESS -> client.later(10, this::join);
      case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION -> {
        memberId = "";
        client.later(10, this::join);
      }
      case COORDINATOR_LOAD_IN_PROGRESS,
          COORDINATOR_NOT_AVAILABLE,
          NOT_COORDINATOR,
          REQUEST_TIMED_OUT,
          KAFKA_STORAGE_ERROR ->
          host.seek();
      default -> client.violation("refused with " + error);
    }
  }
}
