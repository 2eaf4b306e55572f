package io.myelin.broker.coordinator.group;

import org.apache.kafka.common.TopicPartition;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/**
 * What a partition of {@code __consumer_offsets} knows. Immutable.
 *
 * @param byId groups by id
 * @param offsets by group id; a group without offsets has no entry
 */
record Groups(
    HashPMap<String, ClassicGroup> byId,
    HashPMap<String, HashPMap<TopicPartition, CommittedOffset>> offsets) {
  static final Groups EMPTY = new Groups(HashTreePMap.empty(), HashTreePMap.empty());

  ClassicGroup group(String id) {
    return byId.get(id);
  }

  HashPMap<TopicPartition, CommittedOffset> offsetsOf(String groupId) {
    return offsets.getOrDefault(groupId, HashTreePMap.empty());
  }

  Groups with(ClassicGroup group) {
    return new Groups(byId.plus(group.id(), group), offsets);
  }

  Groups without(String groupId) {
    return new Groups(byId.minus(groupId), offsets);
  }

  Groups with(String groupId, TopicPartition partition, CommittedOffset offset) {
    return new Groups(byId, offsets.plus(groupId, offsetsOf(groupId).plus(partition, offset)));
  }

  Groups without(String groupId, TopicPartition partition) {
    HashPMap<TopicPartition, CommittedOffset> left = offsetsOf(groupId).minus(partition);
    return new Groups(byId, left.isEmpty() ? offsets.minus(groupId) : offsets.plus(groupId, left));
  }
}
