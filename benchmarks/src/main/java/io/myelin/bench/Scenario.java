package io.myelin.bench;

/** One thing to measure on one broker; it makes and closes its brokers itself, through the lab. */
interface Scenario {

  /** What the command line calls it. */
  String name();

  /** A line for the help. */
  String summary();

  /** How long one run takes on two cores, in seconds, for the first estimate. */
  int secondsExpected(Volumes volumes);

  /** A search, not a sample: run for each broker once, whatever the number of pairs. */
  default boolean once() {
    return false;
  }

  Figures measure(Lab lab) throws Exception;
}
