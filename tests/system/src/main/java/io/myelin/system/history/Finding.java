package io.myelin.system.history;

/** A promise that was broken, in one sentence. */
public record Finding(Kind kind, String text) {

  /** Which promise. */
  public enum Kind {
    /** An acknowledged record, or one that was served, is not in the log in the end. */
    LOST,
    /** A record of an idempotent producer is there twice. */
    DUPLICATED,
    /** A partition has records of an idempotent producer in another order than they were sent. */
    REORDERED,
    /** A consumer was told of an end below what it, or with fresh reads anybody, knew before. */
    STALE,
    /** An offset had one record, and then another. */
    OFFSET_CHANGED,
    /** Offsets were passed over. */
    GAP,
    /** Something was served that nobody wrote there. */
    UNWRITTEN,
    /** Work that no member of the group did, or that a member went on behind. */
    GROUP_MISSED,
    /** A member went on before what the group had committed. */
    GROUP_REPEATED,
    /** The end was not read after the last acknowledgement: nothing is known about it. */
    INCOMPLETE
  }
}
