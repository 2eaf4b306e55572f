package io.myelin.controller;

import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.RecordChange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What is decided and waits for the store, which takes so many operations and bytes at once:
 * neighbours go together as long as they fit, so that ten thousand small decisions cost a hundred
 * transactions. One that needs several transactions goes alone. Confined to one thread.
 */
final class WriteQueue<T> {
  private final ArrayDeque<T> waiting = new ArrayDeque<>();
  private final Function<T, List<RecordChange>> records;
  private final int operationsMax;

  WriteQueue(Function<T, List<RecordChange>> records, int operationsMax) {
    this.records = records;
    this.operationsMax = operationsMax;
  }

  void add(T decided) {
    waiting.add(decided);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Takes the first ones, at least one. */
  List<T> next() {
    List<T> together = new ArrayList<>();
    together.add(waiting.remove());
    int operations = records.apply(together.getFirst()).size();
    if (operations >= operationsMax) {
      return together;
    }
    long bytes = bytes(together.getFirst());
    while (!waiting.isEmpty()) {
      operations += records.apply(waiting.peek()).size();
      if (operations > operationsMax) {
        break;
      }
      bytes += bytes(waiting.peek());
      if (bytes > MetadataStore.TOGETHER_BYTES_MAX) {
        break;
      }
      together.add(waiting.remove());
    }
    return together;
  }

  private long bytes(T decided) {
    return CommitPlan.transaction(records.apply(decided)).bytes();
  }

  /** The changes of all; of a key the last one only. */
  List<RecordChange> merged(List<T> together) {
    if (together.size() == 1) {
      return records.apply(together.getFirst());
    }
    Map<String, RecordChange> last = new LinkedHashMap<>();
    for (T each : together) {
      records.apply(each).forEach(change -> last.put(change.key(), change));
    }
    return List.copyOf(last.values());
  }
}
