package io.myelin.env;

/** Chance. Thread-safe. Seeded in the simulator, so that a run can be repeated. */
public interface Randomness {

  long nextLong();

  /** Uniform in {@code [0, bound)}; {@code bound} is positive. */
  int nextInt(int bound);

  /** Fills {@code bytes}. Unpredictable in production: identifiers and secrets are made of it. */
  void nextBytes(byte[] bytes);
}
