package io.myelin.system.history;

/**
 * Names a record by its producer and that producer's running number, packed into one {@code long},
 * since a history holds millions of them:
 *
 * <pre>
 *   bits 62..40  producer
 *   bits 39..0   number, counted by the producer from 0 over all of its partitions
 * </pre>
 */
public final class RecordId {
  /** Bytes that no producer wrote. */
  public static final long FOREIGN = -1;

  private static final int NUMBER_BITS = 40;
  private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;

  private RecordId() {}

  public static long of(int producer, long number) {
    if (producer < 0 || producer >= 1 << 23 || number < 0 || number > NUMBER_MASK) {
      throw new IllegalArgumentException("producer " + producer + ", number " + number);
    }
    return (long) producer << NUMBER_BITS | number;
  }

  public static int producer(long record) {
    return (int) (record >>> NUMBER_BITS);
  }

  public static long number(long record) {
    return record & NUMBER_MASK;
  }

  public static String text(long record) {
    return record < 0 ? "foreign bytes" : "p" + producer(record) + "-" + number(record);
  }
}
