package io.myelin.sim;

/** What a crash does to what was not made durable. */
public enum Crash {
  /** Only the process dies: the page cache, and so everything, survives. */
  PROCESS_KILL,
  /**
   * The power fails: each unsynced write and directory change is kept, lost or (writes) torn, as
   * the seed wills.
   */
  POWER_LOSS,
  /** The power fails and nothing unsynced survives. */
  POWER_LOSS_OF_ALL_UNSYNCED
}
