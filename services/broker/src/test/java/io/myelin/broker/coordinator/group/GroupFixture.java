package io.myelin.broker.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.coordinator.Answer;
import io.myelin.broker.coordinator.CoordinatorRecord;
import io.myelin.broker.coordinator.Decision;
import io.myelin.broker.coordinator.FakeWorld;
import io.myelin.broker.coordinator.Reply;
import io.myelin.broker.coordinator.TimerEffect;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;

/** A shard's state and time in a test's hands: every decision is committed at once. */
final class GroupFixture {
  static final String GROUP = "g";
  static final int SESSION_MS = 10_000;
  static final int REBALANCE_MS = 60_000;

  final GroupConfig config;
  final GroupShard shard;
  final List<CoordinatorRecord> log = new ArrayList<>();
  final Map<GroupTimer, Long> timers = new HashMap<>();
  Groups state = Groups.EMPTY;
  long nowMs = 1_000_000;
  private final Map<Answer<?>, Object> replies = new IdentityHashMap<>();

  GroupFixture() {
    this(GroupConfig.DEFAULT);
  }

  GroupFixture(GroupConfig config) {
    this.config = config;
    this.shard = new GroupShard(config, new FakeWorld(1));
  }

  static GroupConfig config(int initialDelayMs, int groupSizeMax) {
    GroupConfig d = GroupConfig.DEFAULT;
    return new GroupConfig(
        d.sessionTimeoutMsMin(),
        d.sessionTimeoutMsMax(),
        initialDelayMs,
        groupSizeMax,
        d.offsetMetadataBytesMax(),
        d.offsetsRetentionMinutes(),
        d.offsetsRetentionCheckIntervalMs(),
        d.offsetsCommitTimeoutMs());
  }

  void apply(Decision<Groups, GroupTimer> decision) {
    state = decision.state();
    log.addAll(decision.records());
    for (Reply<?> reply : decision.replies()) {
      assertThat(replies.put(reply.to(), boxed(reply))).as("answered twice").isNull();
    }
    for (TimerEffect<GroupTimer> effect : decision.timers()) {
      switch (effect) {
        case TimerEffect.Schedule<GroupTimer> s -> timers.put(s.key(), nowMs + s.delayMs());
        case TimerEffect.Cancel<GroupTimer> c -> timers.remove(c.key());
      }
    }
  }

  private static Object boxed(Reply<?> reply) {
    return reply.response() == null ? "nothing" : reply.response();
  }

  void ask(GroupRequest request) {
    apply(shard.decide(state, request, nowMs));
  }

  /** Lets time pass and timers go off. */
  void advance(long ms) {
    long until = nowMs + ms;
    while (true) {
      var next =
          timers.entrySet().stream()
              .filter(e -> e.getValue() <= until)
              .min(Comparator.comparingLong(Map.Entry::getValue));
      if (next.isEmpty()) {
        break;
      }
      nowMs = Math.max(nowMs, next.get().getValue());
      timers.remove(next.get().getKey());
      apply(shard.expired(state, next.get().getKey(), nowMs));
    }
    nowMs = until;
  }

  /** The same state, as another broker would load it. */
  Groups reloaded() {
    Groups loaded = Groups.EMPTY;
    for (CoordinatorRecord record : log) {
      loaded = shard.replay(loaded, record, nowMs);
    }
    return loaded;
  }

  ClassicGroup group() {
    return state.group(GROUP);
  }

  boolean answered(Answer<?> answer) {
    return replies.containsKey(answer);
  }

  @SuppressWarnings("unchecked") // Reply pairs an answer with a response of its type.
  <A> A response(Answer<A> answer) {
    assertThat(replies).as("no answer yet").containsKey(answer);
    return (A) replies.get(answer);
  }

  // Members

  /** What a member would send. */
  record Joiner(
      String memberId,
      String instanceId,
      String type,
      List<JoinGroupRequestProtocol> protocols,
      int version) {
    static Joiner fresh() {
      return new Joiner("", null, "consumer", List.of(range("t")), 9);
    }

    Joiner as(String newMemberId) {
      return new Joiner(newMemberId, instanceId, type, protocols, version);
    }

    Joiner instance(String newInstanceId) {
      return new Joiner(memberId, newInstanceId, type, protocols, version);
    }

    Joiner type(String newType) {
      return new Joiner(memberId, instanceId, newType, protocols, version);
    }

    Joiner protocols(JoinGroupRequestProtocol... newProtocols) {
      return new Joiner(memberId, instanceId, type, List.of(newProtocols), version);
    }

    Joiner version(int newVersion) {
      return new Joiner(memberId, instanceId, type, protocols, newVersion);
    }
  }

  static JoinGroupRequestProtocol range(String... topics) {
    return protocol("range", topics);
  }

  static JoinGroupRequestProtocol protocol(String name, String... topics) {
    ByteBuffer metadata =
        ConsumerProtocol.serializeSubscription(
            new ConsumerPartitionAssignor.Subscription(List.of(topics)));
    return new JoinGroupRequestProtocol().setName(name).setMetadata(Utils.toArray(metadata));
  }

  JoinGroupRequestData request(Joiner joiner) {
    JoinGroupRequestData data =
        new JoinGroupRequestData()
            .setGroupId(GROUP)
            .setMemberId(joiner.memberId())
            .setGroupInstanceId(joiner.instanceId())
            .setProtocolType(joiner.type())
            .setSessionTimeoutMs(SESSION_MS)
            .setRebalanceTimeoutMs(REBALANCE_MS);
    joiner.protocols().forEach(p -> data.protocols().add(p.duplicate()));
    return data;
  }

  Answer<JoinGroupResponseData> join(Joiner joiner) {
    return join(request(joiner), joiner.version());
  }

  Answer<JoinGroupResponseData> join(JoinGroupRequestData data, int version) {
    Answer<JoinGroupResponseData> answer = new Answer<>();
    ask(new GroupRequest.Join(data, "client", "/192.0.2.7", version >= 4, version >= 9, answer));
    return answer;
  }

  /** A dynamic member as clients do it: asks for an id, and joins with it. */
  Answer<JoinGroupResponseData> joinAnew() {
    return join(Joiner.fresh().as(idFor(Joiner.fresh())));
  }

  String idFor(Joiner joiner) {
    JoinGroupResponseData response = response(join(joiner));
    assertThat(Errors.forCode(response.errorCode())).isEqualTo(Errors.MEMBER_ID_REQUIRED);
    return response.memberId();
  }

  Answer<SyncGroupResponseData> sync(String memberId, int generation, String... assignedTo) {
    SyncGroupRequestData data =
        new SyncGroupRequestData()
            .setGroupId(GROUP)
            .setMemberId(memberId)
            .setGenerationId(generation)
            .setProtocolType("consumer")
            .setProtocolName("range");
    for (String to : assignedTo) {
      data.assignments()
          .add(
              new SyncGroupRequestData.SyncGroupRequestAssignment()
                  .setMemberId(to)
                  .setAssignment(assignment(generation, to)));
    }
    return sync(data);
  }

  Answer<SyncGroupResponseData> sync(SyncGroupRequestData data) {
    Answer<SyncGroupResponseData> answer = new Answer<>();
    ask(new GroupRequest.Sync(data, answer));
    return answer;
  }

  static byte[] assignment(int generation, String memberId) {
    return (generation + ":" + memberId).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  Errors heartbeat(String memberId, int generation) {
    return heartbeat(memberId, null, generation);
  }

  Errors heartbeat(String memberId, String instanceId, int generation) {
    Answer<HeartbeatResponseData> answer = new Answer<>();
    ask(
        new GroupRequest.Heartbeat(
            new HeartbeatRequestData()
                .setGroupId(GROUP)
                .setMemberId(memberId)
                .setGroupInstanceId(instanceId)
                .setGenerationId(generation),
            answer));
    return Errors.forCode(response(answer).errorCode());
  }

  LeaveGroupResponseData leave(MemberIdentity... who) {
    Answer<LeaveGroupResponseData> answer = new Answer<>();
    ask(
        new GroupRequest.Leave(
            new LeaveGroupRequestData().setGroupId(GROUP).setMembers(List.of(who)), answer));
    return response(answer);
  }

  LeaveGroupResponseData leave(String memberId) {
    return leave(new MemberIdentity().setMemberId(memberId));
  }

  Errors commit(String memberId, int generation, String topic, int partition, long offset) {
    OffsetCommitResponseData response =
        commit(commitRequest(memberId, generation, topic, partition, offset), 9);
    return Errors.forCode(response.topics().get(0).partitions().get(0).errorCode());
  }

  OffsetCommitResponseData commit(OffsetCommitRequestData data, int version) {
    Answer<OffsetCommitResponseData> answer = new Answer<>();
    ask(new GroupRequest.CommitOffsets(data, version >= 9, answer));
    return response(answer);
  }

  static OffsetCommitRequestData commitRequest(
      String memberId, int generation, String topic, int partition, long offset) {
    return new OffsetCommitRequestData()
        .setGroupId(GROUP)
        .setMemberId(memberId)
        .setGenerationIdOrMemberEpoch(generation)
        .setTopics(
            List.of(
                new OffsetCommitRequestData.OffsetCommitRequestTopic()
                    .setName(topic)
                    .setTopicId(Uuid.ZERO_UUID)
                    .setPartitions(
                        List.of(
                            new OffsetCommitRequestData.OffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(offset)
                                .setCommittedMetadata("m")))));
  }

  /** A stable group of {@code count} dynamic members; their ids, the leader first. */
  List<String> stableGroup(int count) {
    List<Answer<JoinGroupResponseData>> joins = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      joins.add(joinAnew());
    }
    advance(config.initialRebalanceDelayMs());
    advance(config.initialRebalanceDelayMs());
    List<String> ids = new ArrayList<>();
    for (Answer<JoinGroupResponseData> join : joins) {
      JoinGroupResponseData response = response(join);
      if (response.memberId().equals(response.leader())) {
        ids.add(0, response.memberId());
      } else {
        ids.add(response.memberId());
      }
    }
    int generation = group().generation();
    ids.forEach(
        id ->
            sync(
                id, generation, group().isLeader(id) ? ids.toArray(new String[0]) : new String[0]));
    assertThat(group().state()).isEqualTo(ClassicState.STABLE);
    return ids;
  }

  static Errors error(JoinGroupResponseData response) {
    return Errors.forCode(response.errorCode());
  }

  static Errors error(SyncGroupResponseData response) {
    return Errors.forCode(response.errorCode());
  }
}
