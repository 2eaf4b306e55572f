package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.Quorum;
import io.myelin.metadata.Controller.QuorumMember;
import io.myelin.metadata.Controller.Result;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.PartitionData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ReplicaState;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeQuorumRequest;

/**
 * DescribeQuorum: the controllers as voters, brokers as observers, the store's revision as the log
 * end, and the active controller's election as the leader epoch.
 */
public final class DescribeQuorumHandler
    implements ApiHandler<DescribeQuorumRequestData, DescribeQuorumResponseData> {
  /** What the endpoint of a controller is called, as in Kafka's sample configuration. */
  private static final String LISTENER = "CONTROLLER";

  private final Controller controller;

  public DescribeQuorumHandler(Controller controller) {
    this.controller = controller;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.DESCRIBE_QUORUM;
  }

  @Override
  public CompletionStage<DescribeQuorumResponseData> handle(
      RequestContext context, DescribeQuorumRequestData request) {
    if (!isOfTheMetadata(request)) {
      return CompletableFuture.completedFuture(
          DescribeQuorumRequest.getPartitionLevelErrorResponse(
              request, Errors.UNKNOWN_TOPIC_OR_PARTITION));
    }
    return controller
        .describeQuorum()
        .thenApply(
            result ->
                switch (result) {
                  case Result.Ok<Quorum>(Quorum quorum) -> response(quorum);
                  case Result.Refused<Quorum> refused ->
                      new DescribeQuorumResponseData()
                          .setErrorCode(Refusals.error(refused.refusal()).code())
                          .setErrorMessage(refused.message());
                });
  }

  private static boolean isOfTheMetadata(DescribeQuorumRequestData request) {
    return request.topics().size() == 1
        && request.topics().getFirst().topicName().equals(Topic.CLUSTER_METADATA_TOPIC_NAME)
        && request.topics().getFirst().partitions().size() == 1
        && request.topics().getFirst().partitions().getFirst().partitionIndex() == 0;
  }

  private static DescribeQuorumResponseData response(Quorum quorum) {
    DescribeQuorumResponseData response = new DescribeQuorumResponseData();
    response
        .topics()
        .add(
            new DescribeQuorumResponseData.TopicData()
                .setTopicName(Topic.CLUSTER_METADATA_TOPIC_NAME)
                .setPartitions(
                    List.of(
                        new PartitionData()
                            .setPartitionIndex(0)
                            .setLeaderId(quorum.leaderId())
                            .setLeaderEpoch((int) Math.min(quorum.epoch(), Integer.MAX_VALUE))
                            .setHighWatermark(quorum.revision())
                            .setCurrentVoters(states(quorum.voters()))
                            .setObservers(states(quorum.observers())))));
    for (QuorumMember voter : quorum.voters()) {
      voter.endpoint().ifPresent(at -> response.nodes().add(node(voter.id(), at)));
    }
    return response;
  }

  private static DescribeQuorumResponseData.Node node(int id, BrokerImage.Endpoint at) {
    DescribeQuorumResponseData.Node node = new DescribeQuorumResponseData.Node().setNodeId(id);
    node.listeners()
        .add(
            new DescribeQuorumResponseData.Listener()
                .setName(LISTENER)
                .setHost(at.host())
                .setPort(at.port()));
    return node;
  }

  private static List<ReplicaState> states(List<QuorumMember> members) {
    return members.stream()
        .map(
            member ->
                new ReplicaState()
                    .setReplicaId(member.id())
                    .setLogEndOffset(member.revision())
                    .setLastFetchTimestamp(member.lastHeardMs())
                    .setLastCaughtUpTimestamp(member.lastCaughtUpMs()))
        .toList();
  }
}
