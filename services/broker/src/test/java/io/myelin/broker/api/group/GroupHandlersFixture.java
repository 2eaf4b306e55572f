package io.myelin.broker.api.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.ApiKeys;

/** The handlers of members and offsets, on a coordinator of three partitions. */
abstract class GroupHandlersFixture {
  static final String GROUP = "g";

  final GroupApiFixture api = new GroupApiFixture();
  final JoinGroupHandler join = new JoinGroupHandler(api.groups);
  final SyncGroupHandler sync = new SyncGroupHandler(api.groups);
  final HeartbeatHandler heartbeat = new HeartbeatHandler(api.groups);
  final LeaveGroupHandler leave = new LeaveGroupHandler(api.groups);
  final OffsetCommitHandler commit = new OffsetCommitHandler(api.groups, api);
  final OffsetFetchHandler fetch = new OffsetFetchHandler(api.groups, api);

  static IntStream versions(ApiKeys key) {
    return IntStream.rangeClosed(key.oldestVersion(), key.latestVersion());
  }

  static JoinGroupRequestData joinRequest(String memberId, int version) {
    JoinGroupRequestData data =
        new JoinGroupRequestData()
            .setGroupId(GROUP)
            .setMemberId(memberId)
            .setProtocolType("consumer")
            .setSessionTimeoutMs(10_000);
    if (version > 0) {
      data.setRebalanceTimeoutMs(30_000);
    }
    data.protocols()
        .add(
            new JoinGroupRequestProtocol()
                .setName("range")
                .setMetadata("m".getBytes(StandardCharsets.UTF_8)));
    return data;
  }

  JoinGroupResponseData joined(int version) {
    CompletableFuture<JoinGroupResponseData> answer =
        api.ask(join, version, joinRequest("", version));
    if (version >= 4) {
      String id = answer.join().memberId();
      answer = api.ask(join, version, joinRequest(id, version));
    }
    assertThat(answer).isNotDone();
    api.world.advance(3_000);
    return GroupApiFixture.sent(answer.join(), (short) version);
  }

  String stableMember() {
    JoinGroupResponseData response = joined(9);
    api.answer(sync, 5, syncRequest(response).setProtocolType("consumer").setProtocolName("range"));
    return response.memberId();
  }

  static SyncGroupRequestData syncRequest(JoinGroupResponseData joined) {
    return new SyncGroupRequestData()
        .setGroupId(GROUP)
        .setMemberId(joined.memberId())
        .setGenerationId(joined.generationId())
        .setAssignments(
            List.of(
                new SyncGroupRequestData.SyncGroupRequestAssignment()
                    .setMemberId(joined.memberId())
                    .setAssignment(new byte[] {1})));
  }

  HeartbeatRequestData heartbeatOf(String memberId) {
    return new HeartbeatRequestData().setGroupId(GROUP).setMemberId(memberId).setGenerationId(1);
  }

  static OffsetCommitRequestData commitRequest(int version, int... partitions) {
    OffsetCommitRequestTopic topic = new OffsetCommitRequestTopic();
    if (version >= 10) {
      topic.setTopicId(GroupApiFixture.TOPIC_ID);
    } else {
      topic.setName("t");
    }
    for (int p : partitions) {
      topic
          .partitions()
          .add(new OffsetCommitRequestPartition().setPartitionIndex(p).setCommittedOffset(42));
    }
    return new OffsetCommitRequestData().setGroupId(GROUP).setTopics(List.of(topic));
  }
}
