package io.myelin.broker.partition;

import io.myelin.metadata.PartitionImage;

/** What a replica is to its partition. Confined to the shard. */
public sealed interface Role {
  Role NONE = new None();

  /** Neither leads nor follows: the metadata have not said yet, or say that nobody leads. */
  record None() implements Role {}

  /** The only replica, and the leader: what it has stored is committed. */
  record Sole(int epoch) implements Role {}

  /** Leads others. */
  non-sealed interface Leader extends Role {
    int epoch();

    /** Whether a batch that waits for all in-sync replicas may be appended. */
    boolean acceptsAcksAll();

    /** Whether the watermark has passed all that a former leader may have told (KIP-207). */
    boolean isReadable();

    /**
     * The log has grown.
     *
     * @param storedEnd how far the leader itself counts as having stored it
     */
    void appended(long logEnd, long storedEnd);

    /**
     * What came could not be stored here: another replica is to lead.
     *
     * @param forGood whether nothing can be stored any more, ever
     */
    void cannotStore(boolean forGood);

    /** The controller has changed something about the partition in the same leader epoch. */
    void changed(PartitionImage state);

    /** The topic's settings have changed. */
    void configured();

    /** Another role follows. */
    void end();
  }

  /** Takes what another broker's replica sends. */
  non-sealed interface Follower extends Role {
    void changed(PartitionImage state);

    void end();
  }
}
