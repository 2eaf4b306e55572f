package io.myelin.sim;

/** Something that will happen; ordered by time, then by chance. */
final class SimEvent implements Comparable<SimEvent> {
  private final long atNs;
  private final long tieBreak;
  private final long sequence;
  private final String name;
  private Runnable task;

  SimEvent(long atNs, long tieBreak, long sequence, String name, Runnable task) {
    this.atNs = atNs;
    this.tieBreak = tieBreak;
    this.sequence = sequence;
    this.name = name;
    this.task = task;
  }

  long atNs() {
    return atNs;
  }

  String name() {
    return name;
  }

  boolean isCancelled() {
    return task == null;
  }

  /** False if it has happened or was cancelled before. */
  boolean cancel() {
    boolean waiting = task != null;
    task = null;
    return waiting;
  }

  void run() {
    Runnable taken = task;
    task = null;
    taken.run();
  }

  @Override
  public int compareTo(SimEvent other) {
    int byTime = Long.compare(atNs, other.atNs);
    int byChance = byTime != 0 ? byTime : Long.compare(tieBreak, other.tieBreak);
    return byChance != 0 ? byChance : Long.compare(sequence, other.sequence);
  }
}
