package io.myelin.log.record;

/**
 * What a topic and a request demand of a batch.
 *
 * @param messageBytesMax topic's max.message.bytes, checked after recompression as Kafka does
 * @param compacted every record needs a key (cleanup.policy contains compact)
 * @param logAppendTime message.timestamp.type=LogAppendTime: the batch gets the broker's time
 * @param timestampBeforeMsMax message.timestamp.before.max.ms, milliseconds
 * @param timestampAfterMsMax message.timestamp.after.max.ms, milliseconds
 * @param compression topic's compression.type, with its level
 * @param fromClient false for the broker's own records (coordinators), which may be control batches
 *     and are not checked for transactional flags
 */
public record BatchRules(
    int messageBytesMax,
    boolean compacted,
    boolean logAppendTime,
    long timestampBeforeMsMax,
    long timestampAfterMsMax,
    TargetCompression compression,
    boolean fromClient) {

  /** The codec that stored batches have: the producer's, or the topic's own, at {@code level}. */
  public sealed interface TargetCompression {
    record Producers() implements TargetCompression {}

    record Fixed(CompressionType type, int level) implements TargetCompression {}
  }
}
