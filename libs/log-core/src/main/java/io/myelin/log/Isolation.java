package io.myelin.log;

/** How far a reader may see. */
public enum Isolation {
  /** To the log end: replicas and the broker's own components. */
  LOG_END,
  /** To the high watermark: consumers with isolation.level=read_uncommitted. */
  HIGH_WATERMARK,
  /** To the last stable offset: consumers with isolation.level=read_committed. */
  LAST_STABLE
}
