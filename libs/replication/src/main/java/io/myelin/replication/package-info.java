/**
 * What the replicas of a partition decide: who counts for the high watermark, who may join the
 * in-sync set, where a follower's log has to be cut. Pure: an event goes in, effects come out; time
 * is a parameter, nothing here waits, writes or sends.
 *
 * <p>Read {@link io.myelin.replication.LeaderReplica}, {@link
 * io.myelin.replication.FollowerReplica} and {@link io.myelin.replication.Divergence}.
 */
package io.myelin.replication;
