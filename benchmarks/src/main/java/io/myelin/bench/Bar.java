package io.myelin.bench;

import java.util.Locale;

/** What a figure is held to: its own value, or its ratio to the peer's. */
sealed interface Bar {
  Bar NONE = new None();

  /** Says nothing for a mere figure. */
  record None() implements Bar {}

  record RatioAtMost(double limit) implements Bar {}

  record RatioAtLeast(double limit) implements Bar {}

  /** Not a goal but a condition: outside of it the comparison beside it is not clean. */
  record SameWithin(double fraction) implements Bar {}

  record ValueAtMost(double limit) implements Bar {}

  record ValueAtLeast(double limit) implements Bar {}

  static Bar ratioAtMost(double limit) {
    return new RatioAtMost(limit);
  }

  static Bar ratioAtLeast(double limit) {
    return new RatioAtLeast(limit);
  }

  static Bar sameWithin(double fraction) {
    return new SameWithin(fraction);
  }

  static Bar valueAtMost(double limit) {
    return new ValueAtMost(limit);
  }

  static Bar valueAtLeast(double limit) {
    return new ValueAtLeast(limit);
  }

  default boolean isMet(double value, double ratio) {
    return switch (this) {
      case None() -> true;
      case RatioAtMost(double limit) -> ratio <= limit;
      case RatioAtLeast(double limit) -> ratio >= limit;
      case SameWithin(double fraction) -> Math.abs(ratio - 1) <= fraction;
      case ValueAtMost(double limit) -> value <= limit;
      case ValueAtLeast(double limit) -> value >= limit;
    };
  }

  /** As a table cell. */
  default String describe() {
    return switch (this) {
      case None() -> "";
      case RatioAtMost(double limit) -> "ratio ≤ " + trim(limit);
      case RatioAtLeast(double limit) -> "ratio ≥ " + trim(limit);
      case SameWithin(double fraction) -> "ratio 1 ± " + trim(fraction);
      case ValueAtMost(double limit) -> "≤ " + trim(limit);
      case ValueAtLeast(double limit) -> "≥ " + trim(limit);
    };
  }

  private static String trim(double number) {
    return number == Math.rint(number)
        ? Long.toString((long) number)
        : String.format(Locale.ROOT, "%.2f", number);
  }
}
