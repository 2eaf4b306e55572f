package io.myelin.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What one run of a scenario on one broker gave. */
final class Figures {
  private final Map<Metric, Double> values = new EnumMap<>(Metric.class);
  private final List<String> notes = new ArrayList<>();

  Figures put(Metric metric, double value) {
    values.put(metric, value);
    return this;
  }

  /** Something that makes these figures less than clean. */
  Figures note(String note) {
    notes.add(note);
    return this;
  }

  Map<Metric, Double> values() {
    return Collections.unmodifiableMap(values);
  }

  List<String> notes() {
    return Collections.unmodifiableList(notes);
  }
}
