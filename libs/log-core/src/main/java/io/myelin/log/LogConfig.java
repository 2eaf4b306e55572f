package io.myelin.log;

/**
 * A partition's settings that the log itself obeys: topic configs of the same names in Kafka.
 * Immutable; a change is a new one.
 *
 * @param segmentBytes segment.bytes
 * @param segmentMs segment.ms, milliseconds
 * @param segmentJitterMs segment.jitter.ms, milliseconds
 * @param segmentIndexBytes segment.index.bytes
 * @param indexIntervalBytes index.interval.bytes
 * @param retentionBytes retention.bytes; -1: without limit
 * @param retentionMs retention.ms; -1: without limit
 * @param delete cleanup.policy contains delete
 * @param compact cleanup.policy contains compact
 * @param minCleanableDirtyRatio min.cleanable.dirty.ratio, 0 to 1
 * @param minCompactionLagMs min.compaction.lag.ms
 * @param maxCompactionLagMs max.compaction.lag.ms
 * @param deleteRetentionMs delete.retention.ms
 * @param fileDeleteDelayMs file.delete.delay.ms
 * @param flushMessages flush.messages: 1 demands an fsync before an append is acknowledged
 * @param flushMs flush.ms: so long after the last flush, milliseconds, what was appended since is
 *     flushed in the background
 * @param preallocate preallocate: a new segment's file has segment.bytes at once
 * @param producerIdExpirationMs producer.id.expiration.ms of the broker
 */
public record LogConfig(
    int segmentBytes,
    long segmentMs,
    long segmentJitterMs,
    int segmentIndexBytes,
    int indexIntervalBytes,
    long retentionBytes,
    long retentionMs,
    boolean delete,
    boolean compact,
    double minCleanableDirtyRatio,
    long minCompactionLagMs,
    long maxCompactionLagMs,
    long deleteRetentionMs,
    long fileDeleteDelayMs,
    long flushMessages,
    long flushMs,
    boolean preallocate,
    int producerIdExpirationMs) {

  /** Bytes that a new segment's file has before anything is appended. */
  public int preallocatedBytes() {
    return preallocate ? segmentBytes : 0;
  }

  /** Kafka's defaults. */
  public static final LogConfig DEFAULT =
      new LogConfig(
          1 << 30,
          7L * 24 * 3600 * 1000,
          0,
          10 << 20,
          4096,
          -1,
          7L * 24 * 3600 * 1000,
          true,
          false,
          0.5,
          0,
          Long.MAX_VALUE,
          24L * 3600 * 1000,
          60_000,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          false,
          24 * 3600 * 1000);
}
