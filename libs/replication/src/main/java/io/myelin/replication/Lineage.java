package io.myelin.replication;

import io.myelin.log.epoch.LeaderEpochs;

/**
 * What one replica's log says of its own history: enough to find where two logs part. Immutable.
 *
 * @param epochs which leader epoch began at which offset, all that the log knows
 */
public record Lineage(LeaderEpochs epochs, long logStartOffset, long logEndOffset) {}
