package io.myelin.log.producer;

/** Arithmetic on sequence numbers, which wrap from {@link Integer#MAX_VALUE} to 0. */
final class Sequences {
  private Sequences() {}

  static int minus(int sequence, int delta) {
    return sequence == -1 ? -1 : (sequence - delta) & Integer.MAX_VALUE;
  }

  static boolean follows(int last, int next) {
    return next == last + 1L || (next == 0 && last == Integer.MAX_VALUE);
  }
}
