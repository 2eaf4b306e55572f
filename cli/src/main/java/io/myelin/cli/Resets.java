package io.myelin.cli;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Turns "where to" into an offset for each partition, never outside of what the partition holds.
 */
final class Resets {
  private Resets() {}

  static Map<TopicPartition, Long> resolve(
      Admin admin,
      Collection<TopicPartition> partitions,
      Map<TopicPartition, Long> current,
      OffsetTarget to) {
    Map<TopicPartition, Offsets.Range> ranges = Offsets.ranges(admin, partitions);
    Map<TopicPartition, Long> resolved = new TreeMap<>(Offsets.BY_NAME);
    Map<TopicPartition, Long> found =
        to instanceof OffsetTarget.Time(long epochMs)
            ? Offsets.list(admin, partitions, OffsetSpec.forTimestamp(epochMs))
            : Map.of();
    for (TopicPartition partition : partitions) {
      Offsets.Range range = ranges.get(partition);
      long offset =
          switch (to) {
            case OffsetTarget.Earliest() -> range.start();
            case OffsetTarget.Latest() -> range.end();
            case OffsetTarget.At(long wanted) -> wanted;
            case OffsetTarget.Shift(long records) ->
                current.getOrDefault(partition, range.end()) + records;
            // Nothing that late yet: the end, as Kafka's own tool does.
            case OffsetTarget.Time _ ->
                found.get(partition) < 0 ? range.end() : found.get(partition);
          };
      resolved.put(partition, Math.clamp(offset, range.start(), range.end()));
    }
    return resolved;
  }
}
