package io.myelin.broker.replica;

import java.util.UUID;

/** A partition, by its topic's id: a topic of the same name that is made later is another one. */
public record ReplicaKey(UUID topicId, int partition) {}
