package io.myelin.system.faults;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Makes schedules. Pure: the same seed, length, kinds and targets give the same schedule.
 *
 * <p>Faults of one target never overlap, and a process and its disk count as one. Mostly one fault
 * follows another, so that what is promised for one at a time is kept; some begin while another
 * lasts. The end of a schedule is quiet.
 */
public final class FaultSchedule {
  private static final long FIRST_MS = 3000;
  private static final long QUIET_MS = 5000;
  private static final int PAUSE_MS_MAX = 6000;

  // One in so many begins while the one before it lasts.
  private static final int OVERLAPPING = 4;

  private FaultSchedule() {}

  /**
   * @param kinds those without a target are left out
   */
  public static List<Fault> generate(
      long seed, long lengthMs, Set<FaultKind> kinds, Targets targets) {
    List<FaultKind> possible = targets.possible(kinds).stream().sorted().toList();
    List<Fault> faults = new ArrayList<>();
    if (possible.isEmpty()) {
      return faults;
    }
    RandomGenerator random = new Random(seed);
    long nextMs = FIRST_MS + random.nextInt(1000);
    while (true) {
      Fault fault = draw(random, nextMs, possible, targets);
      if (fault.endMs() > lengthMs - QUIET_MS) {
        return faults;
      }
      if (faults.stream().noneMatch(earlier -> collide(earlier, fault))) {
        faults.add(fault);
      }
      long lastEndMs =
          faults.stream().max(Comparator.comparingLong(Fault::endMs)).orElseThrow().endMs();
      boolean overlapping = random.nextInt(OVERLAPPING) == 0;
      nextMs =
          overlapping
              ? nextMs + 1 + random.nextInt(1000)
              : Math.max(nextMs, lastEndMs) + 500 + random.nextInt(PAUSE_MS_MAX);
    }
  }

  private static Fault draw(
      RandomGenerator random, long startMs, List<FaultKind> kinds, Targets targets) {
    FaultKind kind = kinds.get(random.nextInt(kinds.size()));
    List<String> candidates = targets.of(kind);
    String target = candidates.get(random.nextInt(candidates.size()));
    return new Fault(
        kind, target, startMs, startMs + random.nextInt(kind.lengthMsMin(), kind.lengthMsMax()));
  }

  private static boolean collide(Fault one, Fault other) {
    return one.target().equals(other.target())
        && one.startMs() <= other.endMs()
        && other.startMs() <= one.endMs();
  }
}
