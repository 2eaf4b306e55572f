package io.myelin.broker.partition;

import io.myelin.log.PartitionLog;
import io.myelin.metadata.PartitionImage;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Makes the parts of replicas that talk to other brokers. Called on the shard, the log is open. */
public interface Replication {

  Role.Leader lead(Host host, PartitionImage state);

  Role.Follower follow(Host host, PartitionImage state);

  /** A replica as its role sees it. Confined to the shard. */
  interface Host {
    UUID topicId();

    int partition();

    PartitionLog log();

    /** Where messages to this replica go. Any thread. */
    Executor shard();

    /** min.insync.replicas of the topic, as of the image that has this state of the partition. */
    int inSyncMin();

    /** Moves the watermark, answers who waited for it, and tells readers. */
    void advanceHighWatermark(long offset);

    /** Tells readers that what they may see has changed. */
    void changed();

    /** Producers that wait for the in-sync set are told that it has become too small. */
    void refuseWaiting();

    /** Flushes on a worker; one of the two gets on the shard how far, or why not. */
    void flush(LongConsumer durable, Consumer<Throwable> failed);

    /** The replica goes offline. */
    void fail(Throwable cause);
  }
}
