package io.myelin.broker;

import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.replica.ReplicaNode;
import io.myelin.broker.replica.RpcReplicaLink;
import io.myelin.env.Environment;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.rpc.RpcTransport;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * Replication of a broker with its peers, put together.
 *
 * @param link carries its messages
 */
record Replicas(ReplicaNode node, RpcReplicaLink link) {

  /** Follows the metadata from now on, before the partitions do: their roles ask for the peers. */
  static Replicas between(
      BrokerConfig config,
      UUID incarnation,
      Partitions partitions,
      Environment env,
      Executor readers,
      Controller controller,
      MetadataPublisher metadata,
      RpcTransport transport) {
    RpcReplicaLink link =
        new RpcReplicaLink(config.nodeId(), incarnation, transport, metadata, env);
    ReplicaNode node =
        new ReplicaNode(
            config.nodeId(),
            config.all().longValue(ClusterImage.empty(""), "replica.lag.time.max.ms"),
            partitions,
            env,
            readers,
            controller,
            link);
    link.carryFor(node);
    partitions.replicateBy(node);
    metadata.subscribe(node);
    node.start();
    return new Replicas(node, link);
  }
}
