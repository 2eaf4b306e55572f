package io.myelin.broker.partition;

import io.myelin.log.LogConfig;
import io.myelin.log.record.BatchRules;

/**
 * A topic's effective configuration, as far as its partitions obey it. Immutable.
 *
 * @param inSyncMin min.insync.replicas
 */
public record PartitionSettings(LogConfig log, BatchRules batchRules, int inSyncMin) {}
