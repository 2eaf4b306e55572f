package io.myelin.controller.session;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher.Changes;
import io.myelin.rpc.controller.v1.Delta;
import io.myelin.rpc.controller.v1.Entry;
import io.myelin.wire.ImageEntries;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Differences between images of one history. Workers mostly need the same ones: each is made once.
 * Confined to one thread.
 */
final class Differences {
  /** 4 MiB, half of what a message may have; a larger difference is sent as a snapshot. */
  private static final int BYTES_MAX = 4 << 20;

  /** 4 of at most 4 MiB: workers are at the newest image, or at one of the few before. */
  private static final int KEPT_MAX = 4;

  private final Map<Step, Optional<Delta>> made =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Step, Optional<Delta>> eldest) {
          return size() > KEPT_MAX;
        }
      };

  private record Step(long from, long to) {}

  /**
   * Empty: too large for a message.
   *
   * @param changes names of at least everything that differs
   */
  Optional<Delta> between(ClusterImage from, ClusterImage to, Changes changes) {
    return between(
        from.revision(), to.revision(), () -> ImageEntries.difference(from, to, changes));
  }

  /**
   * Empty: too large for a message.
   *
   * @param entries asked for unless the difference is there already
   */
  Optional<Delta> between(long from, long to, Supplier<List<Entry>> entries) {
    return made.computeIfAbsent(new Step(from, to), step -> make(step, entries.get()));
  }

  private static Optional<Delta> make(Step step, List<Entry> entries) {
    long bytes = entries.stream().mapToLong(Entry::getSerializedSize).sum();
    return bytes > BYTES_MAX
        ? Optional.empty()
        : Optional.of(
            Delta.newBuilder()
                .setFromRevision(step.from)
                .setRevision(step.to)
                .addAllEntries(entries)
                .build());
  }
}
