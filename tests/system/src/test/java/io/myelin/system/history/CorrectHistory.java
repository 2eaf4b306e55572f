package io.myelin.system.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * A history that a correct cluster could have had, made from a seed. A model of one: each operation
 * takes effect at one moment between its start and its end, and operations of different clients
 * overlap. Ends with everything read and processed.
 */
final class CorrectHistory {
  static final int PARTITIONS = 2;
  static final int AUDITOR = 90;

  private static final int CLIENTS = 7;

  private final RandomGenerator random;
  private final List<Event> events = new ArrayList<>();
  private final List<List<Long>> logs = new ArrayList<>();
  private final long[] freeUs = new long[CLIENTS];
  private final long[] numbers = new long[CLIENTS];
  private final long[][] readPositions = new long[CLIENTS][PARTITIONS];
  private final long[] committed = new long[PARTITIONS];
  private final int[] memberOf = new int[PARTITIONS];
  private final Map<Integer, Long> positions = new HashMap<>();
  private final List<Runnable> late = new ArrayList<>();
  private int member = 100;
  private long nowUs = 1000;

  private CorrectHistory(long seed) {
    random = new Random(seed);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      logs.add(new ArrayList<>());
    }
  }

  static List<Event> generate(long seed, int steps) {
    return new CorrectHistory(seed).run(steps);
  }

  private List<Event> run(int steps) {
    for (int producer = 0; producer < 3; producer++) {
      events.add(
          new Event.ProducerStarted(
              producer, producer < 2 ? Strength.EXACTLY_ONCE : Strength.LEADER_ONLY));
    }
    for (int step = 0; step < steps; step++) {
      nowUs += 1 + random.nextInt(50);
      int client = random.nextInt(CLIENTS);
      if (freeUs[client] < nowUs) {
        act(client);
      }
      if (!late.isEmpty() && random.nextInt(20) == 0) {
        late.remove(random.nextInt(late.size())).run();
      }
    }
    nowUs += 10_000;
    finish();
    // As a recorder would have got them: by the time at which each was known.
    events.sort(Comparator.comparingLong(CorrectHistory::recordedUs));
    return events;
  }

  private void act(int client) {
    switch (client) {
      case 0, 1, 2 -> produce(client);
      case 3, 4 -> read(client, random.nextInt(PARTITIONS));
      default -> workInGroup(client);
    }
  }

  private long start(int client) {
    return Math.max(freeUs[client] + 1, nowUs - random.nextInt(100));
  }

  private long end(int client) {
    freeUs[client] = nowUs + random.nextInt(300);
    return freeUs[client];
  }

  private void produce(int producer) {
    int partition = random.nextInt(PARTITIONS);
    long record = RecordId.of(producer, numbers[producer]++);
    List<Long> log = logs.get(partition);
    long startUs = start(producer);
    Outcome outcome;
    switch (random.nextInt(10)) {
      case 0 -> outcome = new Outcome.Failed();
      case 1 -> outcome = new Outcome.Unknown();
      case 2 -> {
        log.add(record);
        outcome = new Outcome.Unknown();
      }
      case 3 -> {
        outcome = new Outcome.Acknowledged(log.size());
        if (producer < 2) {
          log.add(record);
        } else {
          late.add(() -> log.add(record)); // by a retry, at another place than acknowledged
        }
      }
      default -> {
        outcome = new Outcome.Acknowledged(log.size());
        log.add(record);
      }
    }
    events.add(new Event.Produced(record, partition, startUs, end(producer), outcome));
  }

  private void read(int consumer, int partition) {
    List<Long> log = logs.get(partition);
    long startUs = start(consumer);
    long from =
        random.nextInt(4) == 0
            ? random.nextInt(log.size() + 1)
            : readPositions[consumer][partition];
    events.add(new Event.ReadStarted(consumer, partition, startUs, nowUs, from, log.size()));
    serve(consumer, partition, from);
    readPositions[consumer][partition] = log.size();
    freeUs[consumer] = nowUs;
  }

  private void serve(int consumer, int partition, long from) {
    List<Long> log = logs.get(partition);
    for (long next = from; next < log.size(); ) {
      int count = 1 + random.nextInt(Math.toIntExact(log.size() - next));
      long[] batch = batch(partition, next, count);
      events.add(new Event.RecordsRead(consumer, partition, nowUs, next, batch));
      next += count;
    }
  }

  private long[] batch(int partition, long from, int count) {
    return logs.get(partition).subList((int) from, (int) from + count).stream()
        .mapToLong(Long::longValue)
        .toArray();
  }

  private void workInGroup(int client) {
    int partition = client - 5;
    if (!positions.containsKey(partition) || random.nextInt(8) == 0) {
      member++; // the one before may have died without a commit
      resume(client, partition);
      return;
    }
    long position = positions.get(partition);
    int available = Math.toIntExact(logs.get(partition).size() - position);
    if (available > 0 && random.nextInt(2) == 0) {
      process(partition, 1 + random.nextInt(available));
    } else if (position > 0) {
      commit(client, partition, position);
    }
  }

  private void resume(int client, int partition) {
    memberOf[partition] = member;
    positions.put(partition, committed[partition]);
    events.add(
        new Event.GroupResumed(
            member, partition, start(client), end(client), committed[partition]));
  }

  private void process(int partition, int count) {
    long position = positions.get(partition);
    events.add(
        new Event.GroupProcessed(
            memberOf[partition], partition, nowUs, position, batch(partition, position, count)));
    positions.put(partition, position + count);
  }

  private void commit(int client, int partition, long offset) {
    boolean acknowledged = random.nextInt(4) > 0;
    long startUs = start(client);
    if (acknowledged || random.nextInt(2) == 0) {
      committed[partition] = offset;
    } else if (random.nextInt(2) == 0) {
      late.add(() -> committed[partition] = offset);
    }
    events.add(
        new Event.GroupCommitted(
            memberOf[partition], partition, startUs, end(client), offset, acknowledged));
  }

  /** The group finishes its work, and everything is read. */
  private void finish() {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      nowUs += 1000;
      member++;
      resume(5 + partition, partition);
      nowUs += 1000;
      long left = logs.get(partition).size() - positions.get(partition);
      if (left > 0) {
        process(partition, Math.toIntExact(left));
      }
      nowUs += 1000;
      events.add(
          new Event.ReadStarted(
              AUDITOR, partition, nowUs - 10, nowUs, 0, logs.get(partition).size()));
      serve(AUDITOR, partition, 0);
    }
  }

  static long recordedUs(Event event) {
    return switch (event) {
      case Event.ProducerStarted _ -> 0;
      case Event.Produced e -> e.endUs();
      case Event.ReadStarted e -> e.endUs();
      case Event.RecordsRead e -> e.atUs();
      case Event.GroupResumed e -> e.endUs();
      case Event.GroupProcessed e -> e.atUs();
      case Event.GroupCommitted e -> e.endUs();
    };
  }
}
