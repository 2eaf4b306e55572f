package io.myelin.system.history;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A history made by hand, on partition 0: every step takes a millisecond, one after the other.
 * Records are written as numbers: producer 1's are 100, 101, ..., producer 2's 200, 201, ...
 */
final class Story implements History {
  private static final long STEP_US = 1000;

  private final List<Event> events = new ArrayList<>();
  private long nowUs;

  static long id(int record) {
    return RecordId.of(record / 100, record % 100);
  }

  private static long[] ids(int... records) {
    long[] ids = new long[records.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = records[i] < 0 ? RecordId.FOREIGN : id(records[i]);
    }
    return ids;
  }

  Story producer(int producer, Strength strength) {
    return add(new Event.ProducerStarted(producer, strength));
  }

  Story acknowledged(int record, long offset) {
    return produced(record, new Outcome.Acknowledged(offset));
  }

  Story unknown(int record) {
    return produced(record, new Outcome.Unknown());
  }

  Story failed(int record) {
    return produced(record, new Outcome.Failed());
  }

  /** It was sent at {@code startMs}; its producer gives it up now. */
  Story givenUp(int record, long startMs) {
    return since(record, startMs, new Outcome.Unknown());
  }

  /** It was sent at {@code startMs}; the acknowledgement comes now. */
  Story acknowledgedSince(int record, long startMs, long offset) {
    return since(record, startMs, new Outcome.Acknowledged(offset));
  }

  private Story since(int record, long startMs, Outcome outcome) {
    nowUs += STEP_US;
    return add(new Event.Produced(id(record), 0, startMs * STEP_US, nowUs - 1, outcome));
  }

  private Story produced(int record, Outcome outcome) {
    nowUs += STEP_US;
    return add(new Event.Produced(id(record), 0, nowUs - STEP_US + 1, nowUs - 1, outcome));
  }

  /** A consumer asks for the end and begins at {@code from}. */
  Story asks(int consumer, long from, long end) {
    nowUs += STEP_US;
    return add(new Event.ReadStarted(consumer, 0, nowUs - STEP_US + 1, nowUs - 1, from, end));
  }

  Story reads(int consumer, long baseOffset, int... records) {
    nowUs += STEP_US;
    return add(new Event.RecordsRead(consumer, 0, nowUs, baseOffset, ids(records)));
  }

  /** A consumer that nobody knows yet reads everything. */
  Story audit(int... records) {
    return asks(999, 0, records.length).reads(999, 0, records);
  }

  Story resumes(int member, long offset) {
    nowUs += STEP_US;
    return add(new Event.GroupResumed(member, 0, nowUs - STEP_US + 1, nowUs - 1, offset));
  }

  Story processes(int member, long baseOffset, int... records) {
    nowUs += STEP_US;
    return add(new Event.GroupProcessed(member, 0, nowUs, baseOffset, ids(records)));
  }

  Story commits(int member, long offset) {
    return commit(member, offset, true);
  }

  Story commitsInVain(int member, long offset) {
    return commit(member, offset, false);
  }

  private Story commit(int member, long offset, boolean acknowledged) {
    nowUs += STEP_US;
    return add(
        new Event.GroupCommitted(member, 0, nowUs - STEP_US + 1, nowUs - 1, offset, acknowledged));
  }

  private Story add(Event event) {
    events.add(event);
    return this;
  }

  @Override
  public void forEach(Consumer<? super Event> visitor) {
    events.forEach(visitor);
  }
}
