/**
 * Replicas of one partition on several brokers: the shell around the state machines of
 * libs/replication.
 *
 * <p>{@link io.myelin.broker.replica.ReplicaNode} is a broker's side: it gives partitions their
 * roles, hands messages over to their shards, and asks the controller. {@link
 * io.myelin.broker.replica.ReplicaLeader} and {@link io.myelin.broker.replica.ReplicaFollower} are
 * the roles, confined to the shard. {@link io.myelin.broker.replica.ReplicaLink} is what carries
 * messages between brokers.
 */
package io.myelin.broker.replica;
