package io.myelin.broker.api.fetch;

import io.myelin.broker.api.RequestContext;
import io.myelin.broker.image.CurrentLeaders;
import java.util.Optional;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.FetchResponseData.NodeEndpoint;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;

/** Tells a client that fetches from the wrong broker where to go (KIP-951). Stateless. */
record LeaderHints(CurrentLeaders leaders, RequestContext context) {
  private static final short FIRST_VERSION_WITH_ENDPOINTS = 16;

  /** Completes {@code data}, which is about to become a part of {@code response}. */
  void add(FetchPartition.Key key, PartitionData data, FetchResponseData response) {
    boolean elsewhere =
        data.errorCode() == Errors.NOT_LEADER_OR_FOLLOWER.code()
            || data.errorCode() == Errors.FENCED_LEADER_EPOCH.code();
    if (elsewhere && context.apiVersion() >= FIRST_VERSION_WITH_ENDPOINTS) {
      Optional<CurrentLeaders.Leader> leader =
          leaders.of(key.topicId(), key.partition(), context.listener());
      leader.ifPresent(found -> name(found, data, response));
    }
  }

  private static void name(
      CurrentLeaders.Leader leader, PartitionData data, FetchResponseData response) {
    data.setCurrentLeader(
        new LeaderIdAndEpoch().setLeaderId(leader.id()).setLeaderEpoch(leader.epoch()));
    if (response.nodeEndpoints().find(leader.id()) == null) {
      response
          .nodeEndpoints()
          .add(
              new NodeEndpoint()
                  .setNodeId(leader.id())
                  .setHost(leader.endpoint().host())
                  .setPort(leader.endpoint().port())
                  .setRack(leader.rack().orElse(null)));
    }
  }
}
