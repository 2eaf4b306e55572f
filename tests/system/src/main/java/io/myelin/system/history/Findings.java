package io.myelin.system.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects what was found. Not thread-safe. */
final class Findings {
  // One lost segment makes thousands; the first few of a kind tell what happened.
  private static final int TEXTS_MAX = 10;

  private final Map<Finding.Kind, Long> counts = new EnumMap<>(Finding.Kind.class);
  private final List<Finding> first = new ArrayList<>();

  void add(Finding.Kind kind, String text, Object... arguments) {
    if (counts.merge(kind, 1L, Long::sum) <= TEXTS_MAX) {
      first.add(new Finding(kind, text.formatted(arguments)));
    }
  }

  Map<Finding.Kind, Long> counts() {
    return counts;
  }

  List<Finding> first() {
    return first;
  }
}
