package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.Answer;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;

/**
 * What can be asked of the groups of one partition. Requests arrive normalised: single-group and
 * single-member forms of old versions are lists, and defaults of old versions are filled in.
 */
public sealed interface GroupRequest {

  /**
   * @param clientId as the client says, "" if it does not
   * @param clientHost as Kafka writes it: {@code /192.0.2.7}
   * @param needsMemberId KIP-394: a dynamic member is handed an id first and joins with it
   * @param canSkipAssignment KIP-814: the client understands {@code skipAssignment}
   */
  record Join(
      JoinGroupRequestData data,
      String clientId,
      String clientHost,
      boolean needsMemberId,
      boolean canSkipAssignment,
      Answer<JoinGroupResponseData> answer)
      implements GroupRequest {}

  record Sync(SyncGroupRequestData data, Answer<SyncGroupResponseData> answer)
      implements GroupRequest {}

  record Heartbeat(HeartbeatRequestData data, Answer<HeartbeatResponseData> answer)
      implements GroupRequest {}

  record Leave(LeaveGroupRequestData data, Answer<LeaveGroupResponseData> answer)
      implements GroupRequest {}

  /**
   * @param data topics have their names, and ids where they are known
   * @param tellsUnknownGroup the client understands GROUP_ID_NOT_FOUND
   */
  record CommitOffsets(
      OffsetCommitRequestData data,
      boolean tellsUnknownGroup,
      Answer<OffsetCommitResponseData> answer)
      implements GroupRequest {}

  /** Topics have their names; null topics: all. */
  record FetchOffsets(OffsetFetchRequestGroup data, Answer<OffsetFetchResponseGroup> answer)
      implements GroupRequest {}

  record DeleteOffsets(OffsetDeleteRequestData data, Answer<OffsetDeleteResponseData> answer)
      implements GroupRequest {}

  /** These topics are gone: so are their offsets. */
  record ForgetTopics(Set<String> topics, Answer<Void> answer) implements GroupRequest {}

  record Describe(List<String> groupIds, Answer<List<DescribedGroup>> answer)
      implements GroupRequest {}

  /** Empty filters let everything through; they are compared regardless of case. */
  record ListAll(Set<String> states, Set<String> types, Answer<List<ListedGroup>> answer)
      implements GroupRequest {}

  record Delete(List<String> groupIds, Answer<List<DeletableGroupResult>> answer)
      implements GroupRequest {}
}
