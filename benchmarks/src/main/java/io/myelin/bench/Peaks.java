package io.myelin.bench;

/**
 * Records per second that the peer takes at full speed, by profile: measured once, before the
 * pairs.
 */
interface Peaks {
  double recordsPerSecond(Profile profile) throws Exception;
}
