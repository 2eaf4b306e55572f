package io.myelin.system.faults;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be done to a cluster, with how long it lasts. */
public enum FaultKind {
  /** kill -9, and a start. */
  KILL(Victim.PROCESS, 0, 3000),
  /** SIGSTOP, then SIGCONT. Longer than sessions and requests last, at times. */
  FREEZE(Victim.PROCESS, 200, 7000),
  /** An orderly stop, and a start. */
  RESTART(Victim.PROCESS, 0, 1000),
  /** All connections break, and new ones are refused. */
  CUT(Victim.LINK, 200, 4000),
  /** Nothing gets through, and nobody is told. */
  SILENCE(Victim.LINK, 500, 8000),
  /** Nothing gets through from those who connected. */
  HOLD_REQUESTS(Victim.LINK, 500, 8000),
  /** Nothing gets through to those who connected. */
  HOLD_ANSWERS(Victim.LINK, 500, 8000),
  /** Everything takes longer. */
  DELAY(Victim.LINK, 2000, 8000),
  /** Connections stay open on this side and are dead on the other; new ones are fine. */
  HALF_OPEN(Victim.LINK, 0, 1),
  /** No room is left on the disk, then there is some again. */
  FULL_DISK(Victim.DISK, 500, 5000);

  /** What it is done to. */
  public enum Victim {
    PROCESS,
    LINK,
    DISK
  }

  private final Victim victim;
  private final int lengthMsMin;
  private final int lengthMsMax;

  FaultKind(Victim victim, int lengthMsMin, int lengthMsMax) {
    this.victim = victim;
    this.lengthMsMin = lengthMsMin;
    this.lengthMsMax = lengthMsMax;
  }

  public Victim victim() {
    return victim;
  }

  int lengthMsMin() {
    return lengthMsMin;
  }

  /** Exclusive. */
  int lengthMsMax() {
    return lengthMsMax;
  }

  /** As a person writes it: {@code full-disk}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The kind that {@code text} names. */
  public static FaultKind parse(String text) {
    return Arrays.stream(values())
        .filter(kind -> kind.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no fault '%s'; there are %s"
                        .formatted(
                            text,
                            Arrays.stream(values())
                                .map(FaultKind::toString)
                                .collect(Collectors.joining(", ")))));
  }
}
