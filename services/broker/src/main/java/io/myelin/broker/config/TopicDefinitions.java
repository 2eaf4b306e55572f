package io.myelin.broker.config;

import java.util.Map;

/** Kafka's topic configs, as of Kafka 4.3. */
public final class TopicDefinitions {
  /** By name. */
  public static final Map<String, ConfigDefinition> ALL =
      ConfigTable.parse(
          """
          cleanup.policy | LIST | delete | MEDIUM | list of compact,delete | What happens to old segments: delete, compact, or both.
          compression.gzip.level | INT | -1 | MEDIUM | -1 or 1..9 | Level of gzip when compression.type is gzip.
          compression.lz4.level | INT | 9 | MEDIUM | 1..17 | Level of lz4 when compression.type is lz4.
          compression.type | STRING | producer | MEDIUM | one of uncompressed,zstd,lz4,snappy,gzip,producer | Codec that batches are stored in; 'producer' keeps the producer's.
          compression.zstd.level | INT | 3 | MEDIUM | -131072..22 | Level of zstd when compression.type is zstd.
          delete.retention.ms | LONG | 86400000 | MEDIUM | >= 0 | Milliseconds for which tombstones stay in a compacted topic.
          file.delete.delay.ms | LONG | 60000 | MEDIUM | >= 0 | Milliseconds between the removal of a segment and that of its files.
          flush.messages | LONG | 9223372036854775807 | MEDIUM | >= 1 | Messages after which a log is forced to the disk; 1: before each acknowledgement.
          flush.ms | LONG | 9223372036854775807 | MEDIUM | >= 0 | Milliseconds after which a log is forced to the disk.
          follower.replication.throttled.replicas | LIST |  | MEDIUM | throttled replicas | Replicas whose fetching is throttled, as PARTITION:BROKER pairs, or *.
          index.interval.bytes | INT | 4096 | MEDIUM | >= 0 | Bytes of log per entry of the offset index.
          leader.replication.throttled.replicas | LIST |  | MEDIUM | throttled replicas | Replicas whose serving is throttled, as PARTITION:BROKER pairs, or *.
          local.retention.bytes | LONG | -2 | MEDIUM | >= -2 | Bytes kept locally with remote storage; -2: as retention.bytes.
          local.retention.ms | LONG | -2 | MEDIUM | >= -2 | Milliseconds kept locally with remote storage; -2: as retention.ms.
          max.compaction.lag.ms | LONG | 9223372036854775807 | MEDIUM | >= 1 | Milliseconds after which a record must have been considered for compaction.
          max.message.bytes | INT | 1048588 | MEDIUM | >= 0 | Largest batch, as it is stored.
          message.timestamp.after.max.ms | LONG | 3600000 | MEDIUM | >= 0 | How far, in milliseconds, a record's timestamp may be ahead of the broker's clock.
          message.timestamp.before.max.ms | LONG | 9223372036854775807 | MEDIUM | >= 0 | How far, in milliseconds, a record's timestamp may be behind the broker's clock.
          message.timestamp.type | STRING | CreateTime | MEDIUM | one of CreateTime,LogAppendTime | Whether records carry the time of their creation or of their append.
          min.cleanable.dirty.ratio | DOUBLE | 0.5 | MEDIUM | 0..1 | Share of a log that has to be dirty before it is compacted.
          min.compaction.lag.ms | LONG | 0 | MEDIUM | >= 0 | Milliseconds for which a record is safe from compaction.
          min.insync.replicas | INT | 1 | MEDIUM | >= 1 | Replicas that must be in sync for a write with acks=all.
          preallocate | BOOLEAN | false | MEDIUM | - | Whether a new segment's file gets its full size at once.
          remote.log.copy.disable | BOOLEAN | false | MEDIUM | - | Whether a topic with remote storage stops copying to it.
          remote.log.delete.on.disable | BOOLEAN | false | MEDIUM | - | Whether remote data are deleted when remote storage is switched off.
          remote.storage.enable | BOOLEAN | false | MEDIUM | - | Whether old segments go to remote storage. Not supported: leave it off.
          retention.bytes | LONG | -1 | MEDIUM | - | Bytes that a partition may have before old segments are deleted; -1: any.
          retention.ms | LONG | 604800000 | MEDIUM | >= -1 | Milliseconds for which records are kept; -1: for ever.
          segment.bytes | INT | 1073741824 | MEDIUM | >= 1048576 | Largest size of a segment.
          segment.index.bytes | INT | 10485760 | MEDIUM | >= 4 | Largest size of an offset index.
          segment.jitter.ms | LONG | 0 | MEDIUM | >= 0 | Milliseconds by which a new segment may randomly begin earlier.
          segment.ms | LONG | 604800000 | MEDIUM | >= 1 | Milliseconds after which a new segment begins.
          unclean.leader.election.enable | BOOLEAN | false | MEDIUM | - | Whether a replica that is not in sync may lead when no other can, at the price of records.
          """,
          false);

  /** A segment size below segment.bytes' least, for tests; clients are not shown it. */
  public static final ConfigDefinition INTERNAL_SEGMENT_BYTES =
      ConfigTable.parse(
              "internal.segment.bytes | INT | null | MEDIUM | - | Segment size for tests.", false)
          .get("internal.segment.bytes");

  private TopicDefinitions() {}
}
