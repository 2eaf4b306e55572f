package io.myelin.system.history;

/**
 * What a cluster promises beyond what every history is held to.
 *
 * @param freshReads whoever asks for a partition's end is told of everything that any client had an
 *     acknowledgement for, or had read, before it asked. So with one broker. With several, one that
 *     was cut off or frozen answers from the past until it learns that it leads no longer, in Kafka
 *     as here; what a consumer itself has seen never goes back in either case.
 */
public record Promises(boolean freshReads) {}
