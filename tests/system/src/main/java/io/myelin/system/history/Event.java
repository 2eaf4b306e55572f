package io.myelin.system.history;

/**
 * One thing that a client did or saw. Immutable, as long as nobody writes to the arrays.
 *
 * <p>Times are microseconds since the run began. {@code startUs} was taken before the request left,
 * {@code endUs} after the answer was there: what it tells took effect between the two. The events
 * of one client come in the order in which it recorded them; those of different clients may stand
 * in any order.
 */
public sealed interface Event {

  /** Comes before all other events of its producer. */
  record ProducerStarted(int producer, Strength strength) implements Event {}

  /** A record's fate. A record that was never told of again has no event and may not be read. */
  record Produced(long record, int partition, long startUs, long endUs, Outcome outcome)
      implements Event {}

  /**
   * A consumer asked for a partition's end, was told {@code endOffset}, and reads {@code
   * fromOffset} and what follows from now on. It reads to the end if its {@link RecordsRead} get
   * that far; if it begins anew before, no harm is done.
   */
  record ReadStarted(
      int consumer, int partition, long startUs, long endUs, long fromOffset, long endOffset)
      implements Event {}

  /** The records at {@code baseOffset} and the offsets that follow it without a hole. */
  @SuppressWarnings("ArrayRecordComponent") // millions: a list would box each
  record RecordsRead(int consumer, int partition, long atUs, long baseOffset, long[] records)
      implements Event {}

  /** A group's member got a partition and was told to go on at {@code offset}. */
  record GroupResumed(int member, int partition, long startUs, long endUs, long offset)
      implements Event {}

  /** A group's member did its work on these records. */
  @SuppressWarnings("ArrayRecordComponent") // as above
  record GroupProcessed(int member, int partition, long atUs, long baseOffset, long[] records)
      implements Event {}

  /**
   * A group's member committed that all before {@code offset} is done; without an acknowledgement
   * it may have taken effect or may yet.
   */
  record GroupCommitted(
      int member, int partition, long startUs, long endUs, long offset, boolean acknowledged)
      implements Event {}
}
