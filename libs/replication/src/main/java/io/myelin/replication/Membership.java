package io.myelin.replication;

import java.util.Set;

/**
 * Who holds a partition, as committed by the controller. Immutable.
 *
 * @param replicas all that may follow, those being added or removed included
 * @param inSync a subset; the leader is a member
 * @param partitionEpoch grows with every change
 */
public record Membership(Set<Integer> replicas, Set<Integer> inSync, int partitionEpoch) {}
