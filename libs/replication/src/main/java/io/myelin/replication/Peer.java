package io.myelin.replication;

/**
 * Another broker, as the metadata have it.
 *
 * @param epoch of its registration
 * @param mayJoin neither fenced nor draining (KIP-841)
 */
public record Peer(long epoch, boolean mayJoin) {}
