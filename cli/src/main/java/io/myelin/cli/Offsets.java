package io.myelin.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Questions about offsets. */
final class Offsets {
  private Offsets() {}

  /** End is exclusive: the offset that the next record gets. */
  record Range(long start, long end) {}

  static Map<TopicPartition, Range> ranges(Admin admin, Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> starts = list(admin, partitions, OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = list(admin, partitions, OffsetSpec.latest());
    Map<TopicPartition, Range> ranges = new HashMap<>();
    starts.forEach(
        (partition, start) -> ranges.put(partition, new Range(start, ends.get(partition))));
    return ranges;
  }

  static Map<TopicPartition, Long> list(
      Admin admin, Collection<TopicPartition> partitions, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    partitions.forEach(partition -> question.put(partition, spec));
    Map<TopicPartition, Long> offsets = new TreeMap<>(BY_NAME);
    Map<TopicPartition, ListOffsetsResultInfo> answer =
        Futures.get(admin.listOffsets(question).all(), "offsets");
    answer.forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  static final Comparator<TopicPartition> BY_NAME =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);
}
