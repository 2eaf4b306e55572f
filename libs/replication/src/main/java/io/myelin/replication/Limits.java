package io.myelin.replication;

/**
 * @param inSyncMin min.insync.replicas
 * @param lagMsMax replica.lag.time.max.ms
 */
public record Limits(int inSyncMin, long lagMsMax) {}
