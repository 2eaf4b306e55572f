package io.myelin.replication;

import io.myelin.log.epoch.LeaderEpochs;
import java.util.ArrayList;
import java.util.List;

/** A log of a cluster that exists in memory only. */
final class ModelLog {
  record Entry(int epoch, int value) {}

  private final List<Entry> entries = new ArrayList<>();
  private long start;
  long highWatermark;

  long start() {
    return start;
  }

  long end() {
    return start + entries.size();
  }

  Entry at(long offset) {
    return entries.get((int) (offset - start));
  }

  List<Entry> from(long offset, int countMax) {
    int first = (int) (offset - start);
    return List.copyOf(entries.subList(first, Math.min(entries.size(), first + countMax)));
  }

  void append(Entry entry) {
    entries.add(entry);
  }

  void truncateTo(long offset) {
    if (offset < start || offset > end()) {
      throw new Violation("a log of %d to %d is cut at %d".formatted(start, end(), offset));
    }
    entries.subList((int) (offset - start), entries.size()).clear();
    highWatermark = Math.min(highWatermark, offset);
  }

  void startAt(long offset) {
    entries.clear();
    start = offset;
    highWatermark = offset;
  }

  void advanceStart(long offset) {
    if (offset > start) {
      entries.subList(0, (int) (offset - start)).clear();
      start = offset;
    }
  }

  Lineage lineage() {
    LeaderEpochs epochs = LeaderEpochs.NONE;
    for (int i = 0; i < entries.size(); i++) {
      epochs = epochs.with(entries.get(i).epoch(), start + i);
    }
    return new Lineage(epochs, start, end());
  }
}
