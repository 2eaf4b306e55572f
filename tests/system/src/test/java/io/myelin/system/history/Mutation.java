package io.myelin.system.history;

import io.myelin.system.history.Event.GroupCommitted;
import io.myelin.system.history.Event.GroupProcessed;
import io.myelin.system.history.Event.GroupResumed;
import io.myelin.system.history.Event.Produced;
import io.myelin.system.history.Event.ReadStarted;
import io.myelin.system.history.Event.RecordsRead;
import io.myelin.system.history.Finding.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Ways to make a correct history wrong, each with what must be found then. */
enum Mutation {
  /** The log ends before an acknowledged record when all is over. */
  CUT_OFF_THE_END(Kind.LOST) {
    @Override
    void apply(List<Event> events, RandomGenerator random) {
      Produced victim = pick(events, Produced.class, Mutation::isPromised, random);
      long cut = ((Outcome.Acknowledged) victim.outcome()).offset();
      events.removeIf(e -> e instanceof RecordsRead r && isAudit(r) && at(r, victim) >= cut);
      events.replaceAll(
          e ->
              switch (e) {
                case ReadStarted r when r.consumer() == AUDITOR && samePartition(r, victim) ->
                    new ReadStarted(
                        AUDITOR,
                        r.partition(),
                        r.startUs(),
                        r.endUs(),
                        0,
                        Math.min(cut, r.endOffset()));
                case RecordsRead r when isAudit(r) && samePartition(r, victim) -> upTo(r, cut);
                default -> e;
              });
    }
  },

  /** A record comes once more, at the end. */
  WRITE_AGAIN(Kind.DUPLICATED) {
    @Override
    void apply(List<Event> events, RandomGenerator random) {
      RecordsRead read = pick(events, RecordsRead.class, Mutation::holdsPromised, random);
      long record = promisedOf(read);
      ReadStarted audit =
          pick(
              events,
              ReadStarted.class,
              r -> r.consumer() == AUDITOR && r.partition() == read.partition(),
              random);
      events.add(
          new RecordsRead(
              AUDITOR, read.partition(), audit.endUs(), audit.endOffset(), new long[] {record}));
    }
  },

  /** Two records of one producer change places in everything that was read. */
  SWAP(Kind.REORDERED, Kind.OFFSET_CHANGED) {
    @Override
    void apply(List<Event> events, RandomGenerator random) {
      Produced one = pick(events, Produced.class, Mutation::isPromised, random);
      Produced other =
          pick(
              events,
              Produced.class,
              p -> isPromised(p) && sameStream(p, one) && p.record() != one.record(),
              random);
      events.replaceAll(
          e ->
              switch (e) {
                case RecordsRead r ->
                    new RecordsRead(
                        r.consumer(),
                        r.partition(),
                        END_US,
                        r.baseOffset(),
                        swapped(r.records(), one.record(), other.record()));
                case GroupProcessed r ->
                    new GroupProcessed(
                        r.member(),
                        r.partition(),
                        END_US,
                        r.baseOffset(),
                        swapped(r.records(), one.record(), other.record()));
                default -> e;
              });
    }
  },

  /** One read has other records than the rest. */
  READ_SOMETHING_ELSE(Kind.OFFSET_CHANGED) {
    @Override
    void apply(List<Event> events, RandomGenerator random) {
      RecordsRead read =
          pick(events, RecordsRead.class, r -> !isAudit(r) && r.records().length > 1, random);
      long[] turned = read.records().clone();
      turned[0] = read.records()[1];
      turned[1] = read.records()[0];
      events.set(
          indexOf(events, read),
          new RecordsRead(read.consumer(), read.partition(), END_US, read.baseOffset(), turned));
    }
  },

  /** A consumer is told of an end before what it was told last time. */
  FORGET_THE_END(Kind.STALE) {
    @Override
    void apply(List<Event> events, RandomGenerator random) {
      ReadStarted first =
          pick(
              events, ReadStarted.class, r -> r.consumer() != AUDITOR && r.endOffset() > 1, random);
      events.add(
          indexOf(events, first) + 1,
          new ReadStarted(
              first.consumer(),
              first.partition(),
              first.endUs(),
              first.endUs(),
              first.fromOffset(),
              first.endOffset() - 1));
    }
  },

  /** The last read passes over some records. */
  PASS_OVER(Kind.GAP) {
    @Override
    void apply(List<Event> events, RandomGenerator random) {
      RecordsRead read =
          pick(events, RecordsRead.class, r -> isAudit(r) && r.records().length > 2, random);
      int hole = indexOf(events, read);
      events.set(
          hole,
          new RecordsRead(
              AUDITOR, read.partition(), read.atUs(), read.baseOffset(), head(read.records(), 1)));
      events.add(
          hole + 1,
          new RecordsRead(
              AUDITOR,
              read.partition(),
              read.atUs(),
              read.baseOffset() + 2,
              tail(read.records(), 2)));
    }
  },

  /** A read has a record that nobody sent. */
  MAKE_UP_A_RECORD(Kind.UNWRITTEN) {
    @Override
    void apply(List<Event> events, RandomGenerator random) {
      RecordsRead read = pick(events, RecordsRead.class, r -> true, random);
      read.records()[random.nextInt(read.records().length)] = RecordId.of(1, 1_000_000);
    }
  },

  /** Nobody reads to the end when all is over. */
  DO_NOT_LOOK(Kind.INCOMPLETE) {
    @Override
    void apply(List<Event> events, RandomGenerator random) {
      events.removeIf(e -> e instanceof ReadStarted r && r.consumer() == AUDITOR);
      events.removeIf(e -> e instanceof RecordsRead r && isAudit(r));
    }
  },

  /** Nobody in the group does its work on a record. */
  SKIP_WORK(Kind.GROUP_MISSED) {
    @Override
    void apply(List<Event> events, RandomGenerator random) {
      GroupProcessed victim = pick(events, GroupProcessed.class, p -> true, random);
      events.removeIf(
          e ->
              e instanceof GroupProcessed p
                  && p.partition() == victim.partition()
                  && p.baseOffset() <= victim.baseOffset()
                  && p.baseOffset() + p.records().length > victim.baseOffset());
    }
  },

  /** A member is told to begin before what was just committed. */
  FORGET_COMMITS(Kind.GROUP_REPEATED) {
    @Override
    void apply(List<Event> events, RandomGenerator random) {
      GroupResumed resumed =
          pick(
              events,
              GroupResumed.class,
              r -> r.offset() > 0 && !mayBeCommitted(events, r),
              random);
      long laterUs = resumed.endUs();
      int place = indexOf(events, resumed);
      events.set(
          place,
          new GroupResumed(
              resumed.member(), resumed.partition(), laterUs + 3, laterUs + 4, resumed.offset()));
      events.add(
          place,
          new GroupCommitted(
              resumed.member(),
              resumed.partition(),
              laterUs + 1,
              laterUs + 2,
              resumed.offset() + 1,
              true));
    }
  };

  private static final int AUDITOR = CorrectHistory.AUDITOR;
  private static final long END_US = Long.MAX_VALUE / 2;

  private final List<Kind> expected;

  Mutation(Kind... expected) {
    this.expected = List.of(expected);
  }

  abstract void apply(List<Event> events, RandomGenerator random);

  /** At least one of these is to be found. */
  List<Kind> expected() {
    return expected;
  }

  private static <T extends Event> T pick(
      List<Event> events, Class<T> type, Predicate<T> fits, RandomGenerator random) {
    List<T> candidates =
        events.stream().filter(type::isInstance).map(type::cast).filter(fits).toList();
    return candidates.get(random.nextInt(candidates.size()));
  }

  private static int indexOf(List<Event> events, Event wanted) {
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i) == wanted) {
        return i;
      }
    }
    throw new IllegalStateException("not there");
  }

  /** Whether a commit of what the member was told may have come when, or after, it was told. */
  private static boolean mayBeCommitted(List<Event> events, GroupResumed resumed) {
    return events.stream()
        .anyMatch(
            e ->
                e instanceof GroupCommitted c
                    && c.partition() == resumed.partition()
                    && c.offset() == resumed.offset()
                    && (!c.acknowledged() || c.endUs() > resumed.startUs()));
  }

  private static boolean isPromised(Produced produced) {
    return RecordId.producer(produced.record()) < 2
        && produced.outcome() instanceof Outcome.Acknowledged;
  }

  private static boolean sameStream(Produced one, Produced other) {
    return one.partition() == other.partition()
        && RecordId.producer(one.record()) == RecordId.producer(other.record());
  }

  private static boolean samePartition(ReadStarted read, Produced produced) {
    return read.partition() == produced.partition();
  }

  private static boolean samePartition(RecordsRead read, Produced produced) {
    return read.partition() == produced.partition();
  }

  private static long at(RecordsRead read, Produced produced) {
    return samePartition(read, produced) ? read.baseOffset() : -1;
  }

  private static boolean isAudit(RecordsRead read) {
    return read.consumer() == AUDITOR;
  }

  private static RecordsRead upTo(RecordsRead read, long end) {
    int count = (int) Math.min(read.records().length, end - read.baseOffset());
    return new RecordsRead(
        read.consumer(),
        read.partition(),
        read.atUs(),
        read.baseOffset(),
        head(read.records(), count));
  }

  private static boolean holdsPromised(RecordsRead read) {
    return promisedOf(read) >= 0;
  }

  private static long promisedOf(RecordsRead read) {
    for (long record : read.records()) {
      if (RecordId.producer(record) < 2) {
        return record;
      }
    }
    return -1;
  }

  private static long[] swapped(long[] records, long one, long other) {
    long[] result = new long[records.length];
    for (int i = 0; i < records.length; i++) {
      result[i] = records[i] == one ? other : records[i] == other ? one : records[i];
    }
    return result;
  }

  private static long[] head(long[] records, int count) {
    return Arrays.copyOf(records, count);
  }

  private static long[] tail(long[] records, int from) {
    return Arrays.copyOfRange(records, from, records.length);
  }

  static List<Event> mutated(Mutation mutation, List<Event> events, RandomGenerator random) {
    List<Event> copy = new ArrayList<>(events);
    mutation.apply(copy, random);
    return copy;
  }
}
