package io.myelin.system.history;

import io.myelin.system.history.Event.Produced;
import io.myelin.system.history.Event.ProducerStarted;
import java.util.HashMap;
import java.util.Map;

/**
 * Everything that producers tried, by record, and where it turned up. Some 40 bytes a record. Not
 * thread-safe.
 */
final class Writes {
  private static final long NONE = -1;
  private static final long UNKNOWN = -2;
  private static final long FAILED = -3;

  /** One producer's records, by number. */
  private static final class Producer {
    final Strength strength;
    final LongTable partitions = new LongTable(NONE);
    final LongTable startsUs = new LongTable(NONE);
    final LongTable endsUs = new LongTable(NONE);
    final LongTable offsets = new LongTable(NONE);
    final LongTable places = new LongTable(NONE);

    Producer(Strength strength) {
      this.strength = strength;
    }
  }

  /** Told of each acknowledged record. */
  interface AcknowledgedVisitor {
    /**
     * @param place where it was found; -1 if nowhere
     */
    void visit(long record, Strength strength, int partition, long offset, long place);
  }

  private final Map<Integer, Producer> producers = new HashMap<>();
  private final Map<Integer, EndOverTime> acknowledgedEnds = new HashMap<>();
  private final Map<Integer, Long> lastEndUs = new HashMap<>();
  private long unknown;
  private long failed;

  void add(ProducerStarted event) {
    if (producers.put(event.producer(), new Producer(event.strength())) != null) {
      throw new IllegalArgumentException("producer " + event.producer() + " started twice");
    }
  }

  void add(Produced event) {
    long record = event.record();
    Producer producer = producer(record);
    long number = RecordId.number(record);
    if (producer == null || producer.startsUs.get(number) != NONE) {
      throw new IllegalArgumentException(
          RecordId.text(record) + " has no producer, or was told of twice");
    }
    producer.partitions.set(number, event.partition());
    producer.startsUs.set(number, event.startUs());
    producer.endsUs.set(number, event.endUs());
    producer.offsets.set(number, remembered(event, producer.strength));
    if (!(event.outcome() instanceof Outcome.Failed)) {
      lastEndUs.merge(event.partition(), event.endUs(), Math::max);
    }
  }

  private long remembered(Produced event, Strength strength) {
    return switch (event.outcome()) {
      case Outcome.Failed() -> {
        failed++;
        yield FAILED;
      }
      case Outcome.Unknown() -> {
        unknown++;
        yield UNKNOWN;
      }
      case Outcome.Acknowledged(long offset) -> {
        if (strength == Strength.EXACTLY_ONCE) {
          acknowledgedEnds(event.partition()).add(event.endUs(), offset + 1);
        }
        yield offset;
      }
    };
  }

  private Producer producer(long record) {
    return producers.get(RecordId.producer(record));
  }

  /** Why {@code record} cannot be what a client got from {@code partition}; null if it can. */
  String objection(long record, int partition, long readUs) {
    Producer producer = record < 0 ? null : producer(record);
    long number = RecordId.number(record);
    if (producer == null || producer.startsUs.get(number) == NONE) {
      return "nobody wrote it";
    }
    if (producer.partitions.get(number) != partition) {
      return "it was sent to partition " + producer.partitions.get(number);
    }
    if (producer.offsets.get(number) == FAILED) {
      return "it never left its producer";
    }
    return producer.startsUs.get(number) > readUs ? "it was sent only later" : null;
  }

  Strength strength(long record) {
    return producer(record).strength;
  }

  boolean isPromised(long record) {
    Producer producer = producer(record);
    return producer.strength == Strength.EXACTLY_ONCE
        && producer.offsets.get(RecordId.number(record)) >= 0;
  }

  /**
   * Whether {@code record} was under way when its producer gave up one that it had sent before to
   * the same partition. Then Kafka's client begins a new epoch and may send the record again in
   * that, although it is stored already: see docs/reliability.
   */
  boolean mayBeThereTwice(long record) {
    Producer producer = producer(record);
    long number = RecordId.number(record);
    for (long earlier = number - 1; earlier >= 0; earlier--) {
      long gaveUpUs = producer.endsUs.get(earlier);
      if (producer.offsets.get(earlier) == UNKNOWN
          && producer.partitions.get(earlier) == producer.partitions.get(number)
          && gaveUpUs >= producer.startsUs.get(number)
          && gaveUpUs <= producer.endsUs.get(number)) {
        return true;
      }
    }
    return false;
  }

  /** Where it was found first, -1 if it was not. */
  long place(long record) {
    return producer(record).places.get(RecordId.number(record));
  }

  void place(long record, long offset) {
    producer(record).places.set(RecordId.number(record), offset);
  }

  /** The end of what has been acknowledged with acks=all, over time. */
  EndOverTime acknowledgedEnds(int partition) {
    return acknowledgedEnds.computeIfAbsent(partition, p -> new EndOverTime());
  }

  /** When the last of the partition's producers had its last answer, or gave up; -1 if never. */
  long lastEndUs(int partition) {
    return lastEndUs.getOrDefault(partition, NONE);
  }

  void forEachAcknowledged(AcknowledgedVisitor visitor) {
    producers.forEach(
        (id, producer) -> {
          for (int number = 0; number < producer.offsets.size(); number++) {
            long offset = producer.offsets.get(number);
            if (offset >= 0) {
              visitor.visit(
                  RecordId.of(id, number),
                  producer.strength,
                  (int) producer.partitions.get(number),
                  offset,
                  producer.places.get(number));
            }
          }
        });
  }

  long unknown() {
    return unknown;
  }

  long failed() {
    return failed;
  }
}
