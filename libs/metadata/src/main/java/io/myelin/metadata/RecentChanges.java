package io.myelin.metadata;

import io.myelin.metadata.MetadataStore.Change;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The last transactions of a store in memory. Not thread-safe. */
final class RecentChanges {
  private final TreeMap<Long, Change> byRevision = new TreeMap<>();
  private int records;

  void add(Change change) {
    byRevision.put(change.revision(), change);
    records += change.puts().size();
    while (records > MetadataStore.CHANGES_RECORDS_MAX) {
      records -= byRevision.pollFirstEntry().getValue().puts().size();
    }
  }

  /** As {@link MetadataStore#changes}. */
  Optional<List<Change>> between(long after, long upTo) {
    return byRevision.containsKey(after)
        ? Optional.of(List.copyOf(byRevision.subMap(after, false, upTo, true).values()))
        : Optional.empty();
  }
}
