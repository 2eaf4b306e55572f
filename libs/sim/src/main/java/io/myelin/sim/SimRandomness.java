package io.myelin.sim;

import io.myelin.env.Randomness;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The same seed gives the same values. Confined to the simulation's thread. */
public final class SimRandomness implements Randomness {
  private final SplittableRandom random;

  public SimRandomness(long seed) {
    this(new SplittableRandom(seed));
  }

  private SimRandomness(SplittableRandom random) {
    this.random = random;
  }

  @Override
  public long nextLong() {
    return random.nextLong();
  }

  @Override
  public int nextInt(int bound) {
    return random.nextInt(bound);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    random.nextBytes(bytes);
  }

  /** True with the given probability, 0 to 1. */
  public boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** For the JDK's own methods that want a generator. */
  RandomGenerator generator() {
    return random;
  }

  /** A generator whose values do not depend on how often this one is asked from now on. */
  public SimRandomness split() {
    return new SimRandomness(random.split());
  }
}
