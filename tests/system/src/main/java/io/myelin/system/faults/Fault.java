package io.myelin.system.faults;

/**
 * One fault. Times are milliseconds since the schedule began.
 *
 * @param target the process, link or disk
 * @param endMs when it is made good
 */
public record Fault(FaultKind kind, String target, long startMs, long endMs) {

  @Override
  public String toString() {
    return "%s %s for %.1f s".formatted(kind, target, (endMs - startMs) / 1e3);
  }
}
