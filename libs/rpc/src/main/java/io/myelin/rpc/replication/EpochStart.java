package io.myelin.rpc.replication;

/** A line of a log's epoch cache: batches of {@code epoch} begin at {@code startOffset}. */
public record EpochStart(int epoch, long startOffset) {}
