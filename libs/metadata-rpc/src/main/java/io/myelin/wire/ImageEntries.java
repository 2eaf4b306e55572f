package io.myelin.wire;

import com.google.protobuf.ByteString;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.MetadataCodec;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.MetadataPublisher.Changes;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.RecordChange;
import io.myelin.metadata.TopicImage;
import io.myelin.rpc.controller.v1.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An image, or the difference of two, as the store's keys and values, and back. Stateless.
 *
 * <p>Guarantee: applying the difference to the former image gives the later one, whatever happened
 * in between; so a receiver that is slow gets one difference for many changes.
 */
public final class ImageEntries {
  private ImageEntries() {}

  /** Everything, made as it is asked for: an image may have millions. */
  public static Iterator<Entry> all(ClusterImage image) {
    Stream<Stream<? extends MetadataRecord>> parts =
        Stream.concat(
            Stream.of(
                own(image), image.brokers().values().stream().map(MetadataRecord.Broker::new)),
            Stream.concat(
                image.topics().values().stream().map(ImageEntries::records),
                Stream.of(
                    image.configs().entrySet().stream()
                        .map(
                            config ->
                                new MetadataRecord.Config(config.getKey(), config.getValue())))));
    return new Entries(parts.iterator());
  }

  private static Stream<MetadataRecord> own(ClusterImage image) {
    MetadataRecord cluster = new MetadataRecord.Cluster(image.clusterId());
    return image.features().isEmpty()
        ? Stream.of(cluster)
        : Stream.of(cluster, new MetadataRecord.Features(image.features()));
  }

  /** Not a flattened stream: that would make all of a part before it gives the first of it. */
  private static final class Entries implements Iterator<Entry> {
    private final Iterator<Stream<? extends MetadataRecord>> parts;
    private Iterator<? extends MetadataRecord> part = Collections.emptyIterator();

    Entries(Iterator<Stream<? extends MetadataRecord>> parts) {
      this.parts = parts;
    }

    @Override
    public boolean hasNext() {
      while (!part.hasNext() && parts.hasNext()) {
        part = parts.next().iterator();
      }
      return part.hasNext();
    }

    @Override
    public Entry next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return entry(RecordChange.put(part.next()));
    }
  }

  /**
   * @param changes names of at least everything that differs, the cluster's own records excepted
   */
  public static List<Entry> difference(ClusterImage from, ClusterImage to, Changes changes) {
    List<RecordChange> records = new ArrayList<>();
    if (!from.clusterId().equals(to.clusterId())) {
      records.add(RecordChange.put(new MetadataRecord.Cluster(to.clusterId())));
    }
    if (!from.features().equals(to.features())) {
      records.add(
          to.features().isEmpty()
              ? RecordChange.delete(MetadataKeys.FEATURES)
              : RecordChange.put(new MetadataRecord.Features(to.features())));
    }
    for (int id : changes.brokers()) {
      BrokerImage broker = to.brokers().get(id);
      records.add(
          broker == null
              ? RecordChange.delete(MetadataKeys.broker(id))
              : RecordChange.put(new MetadataRecord.Broker(broker)));
    }
    changes.topics().forEach(name -> topic(records, from.topic(name), to.topic(name), name));
    for (ConfigKey key : changes.configs()) {
      records.add(
          to.config(key).isEmpty()
              ? RecordChange.delete(MetadataKeys.config(key))
              : RecordChange.put(new MetadataRecord.Config(key, to.config(key))));
    }
    return records.stream().map(ImageEntries::entry).toList();
  }

  /** Changes as a store has them; empty: deleted. */
  public static List<Entry> of(Map<String, Optional<byte[]>> changes) {
    List<Entry> entries = new ArrayList<>(changes.size());
    changes.forEach(
        (key, value) -> {
          Entry.Builder entry = Entry.newBuilder().setKey(key);
          value.ifPresent(bytes -> entry.setValue(ByteString.copyFrom(bytes)));
          entries.add(entry.build());
        });
    return entries;
  }

  /** The records of a topic alone. */
  static List<Entry> of(TopicImage topic) {
    return records(topic).map(record -> entry(RecordChange.put(record))).toList();
  }

  public static List<RecordChange> changes(List<Entry> entries) {
    List<RecordChange> changes = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      changes.add(
          new RecordChange(
              entry.getKey(),
              entry.hasValue()
                  ? Optional.of(
                      MetadataCodec.decode(entry.getKey(), entry.getValue().toByteArray()))
                  : Optional.empty()));
    }
    return changes;
  }

  private static void topic(
      List<RecordChange> records, TopicImage from, TopicImage to, String name) {
    if (to == null) {
      if (from != null) {
        records.add(RecordChange.delete(MetadataKeys.topic(name)));
      }
      return;
    }
    boolean same = from != null && from.id().equals(to.id());
    int before = same ? from.partitions().size() : 0;
    if (!same || before != to.partitions().size()) {
      records.add(RecordChange.put(topicRecord(to)));
    }
    for (int p = 0; p < to.partitions().size(); p++) {
      PartitionImage partition = to.partitions().get(p);
      if (p >= before || !partition.equals(from.partitions().get(p))) {
        records.add(RecordChange.put(new MetadataRecord.Partition(to.id(), p, partition)));
      }
    }
  }

  private static Stream<MetadataRecord> records(TopicImage topic) {
    return Stream.concat(
        Stream.of(topicRecord(topic)),
        IntStream.range(0, topic.partitions().size())
            .mapToObj(p -> new MetadataRecord.Partition(topic.id(), p, topic.partitions().get(p))));
  }

  private static MetadataRecord.Topic topicRecord(TopicImage topic) {
    return new MetadataRecord.Topic(topic.name(), topic.id(), topic.partitions().size());
  }

  private static Entry entry(RecordChange change) {
    Entry.Builder entry = Entry.newBuilder().setKey(change.key());
    change
        .record()
        .ifPresent(record -> entry.setValue(ByteString.copyFrom(MetadataCodec.encode(record))));
    return entry.build();
  }
}
