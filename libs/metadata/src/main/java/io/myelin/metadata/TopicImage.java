package io.myelin.metadata;

import java.util.UUID;
import org.pcollections.PVector;

/** A topic and its partitions, indexed by partition id. Immutable. */
public record TopicImage(String name, UUID id, PVector<PartitionImage> partitions) {}
