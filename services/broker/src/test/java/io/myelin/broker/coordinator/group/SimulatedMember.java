package io.myelin.broker.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.coordinator.FakeWorld;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/** A client of the simulation: joins, syncs, heartbeats and commits, as real ones do. */
final class SimulatedMember {
  private static final long HEARTBEAT_MS = 2_000;

  private final GroupCoordinator coordinator;
  private final FakeWorld world;
  private final String instanceId;
  private final Acknowledged acknowledged;

  private boolean alive;
  private boolean waiting;
  private long life;
  private String id = "";
  private int generation = -1;
  private byte[] assignment;
  private long lastHeartbeatMs;
  private String extraTopic;

  /** What was promised to any client. */
  static final class Acknowledged {
    private long offset = -1;
    private long nextOffset;
    private long nextNonce;
  }

  SimulatedMember(
      GroupCoordinator coordinator, FakeWorld world, String instanceId, Acknowledged acknowledged) {
    this.coordinator = coordinator;
    this.world = world;
    this.instanceId = instanceId;
    this.acknowledged = acknowledged;
  }

  boolean isStableIn(int wanted) {
    return assignment != null && generation == wanted;
  }

  boolean isAlive() {
    return alive;
  }

  String id() {
    return id;
  }

  static long acknowledgedOffset(Acknowledged a) {
    return a.offset;
  }

  void start() {
    if (!alive) {
      alive = true;
      forget();
    }
  }

  /** Is never heard of again; comes back, if ever, as somebody who knows nothing. */
  void crash() {
    alive = false;
    life++;
    waiting = false;
  }

  private void forget() {
    id = "";
    rejoin();
  }

  private void rejoin() {
    generation = -1;
    assignment = null;
  }

  void changeSubscription() {
    extraTopic = "u" + world.nextInt(3);
    if (!waiting) {
      rejoin();
    }
  }

  void tick() {
    if (!alive || waiting) {
      return;
    }
    if (assignment == null) {
      join();
    } else if (world.monotonicNs() / 1_000_000 - lastHeartbeatMs >= HEARTBEAT_MS) {
      heartbeat();
    }
  }

  /** Sends nothing else until answered; answers to a former life are nobody's. */
  private <A> void ask(CompletionStage<A> answer, Consumer<A> then) {
    waiting = true;
    long askedIn = life;
    answer.whenComplete(
        (response, failure) -> {
          if (askedIn == life) {
            waiting = false;
            if (failure == null) {
              then.accept(response);
            }
          }
        });
  }

  private void join() {
    JoinGroupRequestData data =
        new JoinGroupRequestData()
            .setGroupId(GroupFixture.GROUP)
            .setMemberId(id)
            .setGroupInstanceId(instanceId)
            .setProtocolType("consumer")
            .setSessionTimeoutMs(6_000)
            .setRebalanceTimeoutMs(10_000);
    data.protocols()
        .add(extraTopic == null ? GroupFixture.range("t") : GroupFixture.range("t", extraTopic));
    ask(
        coordinator.<JoinGroupResponseData>submit(
            GroupFixture.GROUP, to -> new GroupRequest.Join(data, "c", "/h", true, true, to)),
        this::joined);
  }

  private void joined(JoinGroupResponseData response) {
    Errors error = Errors.forCode(response.errorCode());
    if (error == Errors.MEMBER_ID_REQUIRED) {
      id = response.memberId();
    } else if (error == Errors.NONE) {
      id = response.memberId();
      generation = response.generationId();
      sync(response);
    } else {
      refused(error);
    }
  }

  private void refused(Errors error) {
    switch (error) {
      case UNKNOWN_MEMBER_ID -> forget();
      case FENCED_INSTANCE_ID -> crash();
      case ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS -> rejoin();
      default -> throw new AssertionError("unexpected " + error);
    }
  }

  private void sync(JoinGroupResponseData joined) {
    SyncGroupRequestData data =
        new SyncGroupRequestData()
            .setGroupId(GroupFixture.GROUP)
            .setMemberId(id)
            .setGroupInstanceId(instanceId)
            .setGenerationId(generation)
            .setProtocolType("consumer")
            .setProtocolName(joined.protocolName());
    if (joined.leader().equals(id) && !joined.skipAssignment()) {
      long nonce = acknowledged.nextNonce++;
      joined
          .members()
          .forEach(
              m ->
                  data.assignments()
                      .add(
                          new SyncGroupRequestData.SyncGroupRequestAssignment()
                              .setMemberId(m.memberId())
                              .setAssignment(
                                  (nonce + ":" + generation + ":" + m.memberId())
                                      .getBytes(StandardCharsets.UTF_8))));
    }
    ask(
        coordinator.<SyncGroupResponseData>submit(
            GroupFixture.GROUP, to -> new GroupRequest.Sync(data, to)),
        this::synced);
  }

  private void synced(SyncGroupResponseData response) {
    Errors error = Errors.forCode(response.errorCode());
    if (error != Errors.NONE) {
      refused(error);
      return;
    }
    String[] parts = new String(response.assignment(), StandardCharsets.UTF_8).split(":", 3);
    assertThat(parts).as("assignment of %s in generation %d", id, generation).hasSize(3);
    assertThat(Integer.parseInt(parts[1])).as("generation of the assignment").isEqualTo(generation);
    if (instanceId == null) {
      assertThat(parts[2]).as("whose assignment").isEqualTo(id);
    }
    assignment = response.assignment();
    lastHeartbeatMs = world.monotonicNs() / 1_000_000;
  }

  private void heartbeat() {
    lastHeartbeatMs = world.monotonicNs() / 1_000_000;
    HeartbeatRequestData data =
        new HeartbeatRequestData()
            .setGroupId(GroupFixture.GROUP)
            .setMemberId(id)
            .setGroupInstanceId(instanceId)
            .setGenerationId(generation);
    ask(
        coordinator.<HeartbeatResponseData>submit(
            GroupFixture.GROUP, to -> new GroupRequest.Heartbeat(data, to)),
        response -> {
          if (response.errorCode() != Errors.NONE.code()) {
            refused(Errors.forCode(response.errorCode()));
          }
        });
  }

  void commit() {
    if (!alive || waiting || assignment == null) {
      return;
    }
    long offset = acknowledged.nextOffset++;
    var data = GroupFixture.commitRequest(id, generation, "t", 0, offset);
    data.setGroupInstanceId(instanceId);
    ask(
        coordinator.<OffsetCommitResponseData>submit(
            GroupFixture.GROUP, to -> new GroupRequest.CommitOffsets(data, true, to)),
        response -> {
          Errors error = Errors.forCode(response.topics().get(0).partitions().get(0).errorCode());
          if (error == Errors.NONE) {
            acknowledged.offset = Math.max(acknowledged.offset, offset);
          } else {
            refused(error == Errors.GROUP_ID_NOT_FOUND ? Errors.UNKNOWN_MEMBER_ID : error);
          }
        });
  }

  void leave() {
    if (!alive || waiting || id.isEmpty()) {
      return;
    }
    LeaveGroupRequestData data =
        new LeaveGroupRequestData()
            .setGroupId(GroupFixture.GROUP)
            .setMembers(
                List.of(new MemberIdentity().setMemberId(id).setGroupInstanceId(instanceId)));
    coordinator.<LeaveGroupResponseData>submit(
        GroupFixture.GROUP, to -> new GroupRequest.Leave(data, to));
    crash();
  }
}
