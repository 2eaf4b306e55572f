package io.myelin.env.jdk;

import io.myelin.env.Randomness;
import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;

/** Numbers from a fast generator per thread, bytes from the operating system's secure one. */
public final class JdkRandomness implements Randomness {
  private final SecureRandom secure = new SecureRandom();

  @Override
  public long nextLong() {
    return ThreadLocalRandom.current().nextLong();
  }

  @Override
  public int nextInt(int bound) {
    return ThreadLocalRandom.current().nextInt(bound);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    secure.nextBytes(bytes);
  }
}
