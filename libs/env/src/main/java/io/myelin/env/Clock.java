package io.myelin.env;

/**
 * Time. Thread-safe; never blocks. Everything outside this module asks here, so that the simulator
 * decides what time it is.
 */
public interface Clock {

  /** Wall clock, milliseconds since the epoch. May jump in either direction. */
  long wallMs();

  /** Monotonic clock, nanoseconds since an arbitrary origin; never goes back. */
  long monotonicNs();
}
