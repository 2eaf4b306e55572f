package io.myelin.rpc.replication;

import java.util.UUID;

/** A partition, named so that a topic that was deleted and made again is another one. */
public record PartitionId(UUID topicId, int partition) {}
