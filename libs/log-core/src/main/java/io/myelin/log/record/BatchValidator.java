package io.myelin.log.record;

import java.nio.ByteBuffer;

/**
 * Decides whether what a producer sent for one partition may be stored: the verdict of Kafka 4.3's
 * own validator, record by record. Thread-safe and stateless but for per-thread scratch buffers.
 */
public final class BatchValidator {
  private BatchValidator() {}

  /**
   * Whether {@link #validate} has to decompress or recompress, and so belongs on a worker instead
   * of an event loop. Looks at the first batch header only; never throws.
   */
  public static boolean isExpensive(ByteBuffer records, BatchRules rules) {
    throw new UnsupportedOperationException();
  }

  /**
   * Validates {@code records} (position to limit; the position does not move). Bytes under the CRC
   * change only for LogAppendTime and a topic's own compression.type; in the first case in place,
   * in the second in a new buffer.
   */
  public static Verdict validate(ByteBuffer records, BatchRules rules, long nowMs) {
    throw new UnsupportedOperationException();
  }
}
