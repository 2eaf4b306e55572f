package io.myelin.metadata;

import io.myelin.metadata.MetadataRecord.Broker;
import io.myelin.metadata.MetadataRecord.Cluster;
import io.myelin.metadata.MetadataRecord.Config;
import io.myelin.metadata.MetadataRecord.Features;
import io.myelin.metadata.MetadataRecord.Partition;
import io.myelin.metadata.MetadataRecord.ProducerIds;
import io.myelin.metadata.MetadataRecord.Topic;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The bytes of a {@link MetadataRecord}: the same record always gives the same bytes. Thread-safe.
 *
 * <p>A value starts with its format version; docs/formats/metadata.md has the tables. A version
 * that is newer than this code's is refused with {@link MetadataFormatException.NewerVersion},
 * anything else that does not decode with {@link MetadataFormatException}.
 */
public final class MetadataCodec {
  /** Format version that every kind of record is written in. */
  static final int VERSION = 3;

  /** Version 1 did not record a broker's incarnation. */
  private static final UUID NOT_KNOWN = new UUID(0, 0);

  private MetadataCodec() {}

  public static byte[] encode(MetadataRecord record) {
    ByteWriter out = new ByteWriter().u8(VERSION);
    switch (record) {
      case Cluster cluster -> out.string(cluster.clusterId());
      case Topic topic ->
          out.i64(topic.id().getMostSignificantBits())
              .i64(topic.id().getLeastSignificantBits())
              .i32(topic.partitions());
      case Partition partition -> encodePartition(out, partition.image());
      case Config config -> encodeStrings(out, config.entries());
      case Broker broker -> encodeBroker(out, broker.image());
      case ProducerIds ids -> out.i64(ids.next());
      case Features features -> {
        out.i32(features.levels().size());
        new TreeMap<>(features.levels()).forEach((name, level) -> out.string(name).i16(level));
      }
    }
    return out.toArray();
  }

  /** The record that {@code key} and {@code value} stand for. */
  public static MetadataRecord decode(String key, byte[] value) {
    MetadataKeys.Parsed parsed = MetadataKeys.parse(key);
    ByteReader in = new ByteReader(ByteBuffer.wrap(value));
    try {
      int version = in.u8();
      if (version > VERSION) {
        throw new MetadataFormatException.NewerVersion(
            "Metadata record '" + key + "'", version, VERSION);
      }
      if (version == 0) {
        throw new MetadataFormatException("Metadata record '" + key + "' has version 0", null);
      }
      MetadataRecord record = decode(parsed, version, in);
      if (in.hasRemaining()) {
        throw new MetadataFormatException("Metadata record '" + key + "' is too long", null);
      }
      return record;
    } catch (BufferUnderflowException e) {
      throw new MetadataFormatException("Metadata record '" + key + "' is cut off", e);
    }
  }

  private static MetadataRecord decode(MetadataKeys.Parsed key, int version, ByteReader in) {
    return switch (key) {
      case MetadataKeys.Parsed.Cluster ignored -> new Cluster(in.string());
      case MetadataKeys.Parsed.Topic topic ->
          new Topic(topic.name(), new UUID(in.i64(), in.i64()), in.i32());
      case MetadataKeys.Parsed.Partition p ->
          new Partition(p.topicId(), p.partition(), decodePartition(version, in));
      case MetadataKeys.Parsed.Config config -> new Config(config.key(), decodeStrings(in));
      case MetadataKeys.Parsed.Broker broker -> new Broker(decodeBroker(broker.id(), version, in));
      case MetadataKeys.Parsed.ProducerIds ignored -> new ProducerIds(in.i64());
      case MetadataKeys.Parsed.Features ignored -> {
        Map<String, Short> levels = new LinkedHashMap<>();
        for (int left = in.count(6); left > 0; left--) {
          levels.put(in.string(), in.i16());
        }
        yield new Features(levels);
      }
    };
  }

  private static void encodePartition(ByteWriter out, PartitionImage image) {
    encodeIds(out, image.replicas());
    encodeIds(out, image.inSync());
    out.i32(image.leader()).i32(image.leaderEpoch()).i32(image.partitionEpoch());
    encodeIds(out, image.eligible());
    encodeIds(out, image.lastKnown());
    encodeIds(out, image.adding());
    encodeIds(out, image.removing());
    encodeIds(out, image.offline());
  }

  private static PartitionImage decodePartition(int version, ByteReader in) {
    PartitionImage plain =
        PartitionImage.of(decodeIds(in), decodeIds(in), in.i32(), in.i32(), in.i32());
    return version == 1
        ? plain
        : new PartitionImage(
            plain.replicas(),
            plain.inSync(),
            decodeIds(in),
            decodeIds(in),
            decodeIds(in),
            decodeIds(in),
            plain.leader(),
            plain.leaderEpoch(),
            plain.partitionEpoch(),
            version == 2 ? List.of() : decodeIds(in));
  }

  private static void encodeIds(ByteWriter out, List<Integer> ids) {
    out.i32(ids.size());
    ids.forEach(out::i32);
  }

  private static List<Integer> decodeIds(ByteReader in) {
    int count = in.count(4);
    List<Integer> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(in.i32());
    }
    return List.copyOf(ids);
  }

  private static void encodeStrings(ByteWriter out, Map<String, String> entries) {
    out.i32(entries.size());
    new TreeMap<>(entries).forEach((name, value) -> out.string(name).string(value));
  }

  private static Map<String, String> decodeStrings(ByteReader in) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (int left = in.count(8); left > 0; left--) {
      entries.put(in.string(), in.string());
    }
    return entries;
  }

  private static void encodeBroker(ByteWriter out, BrokerImage broker) {
    out.i64(broker.epoch()).u8(broker.fenced() ? 1 : 0);
    out.u8(broker.rack().isPresent() ? 1 : 0);
    broker.rack().ifPresent(out::string);
    out.i32(broker.listeners().size());
    new TreeMap<>(broker.listeners()).forEach((name, at) -> encodeEndpoint(out.string(name), at));
    out.i64(broker.incarnation().getMostSignificantBits())
        .i64(broker.incarnation().getLeastSignificantBits())
        .u8(broker.draining() ? 1 : 0)
        .string(broker.storage())
        .u8(broker.peers().isPresent() ? 1 : 0);
    broker.peers().ifPresent(at -> encodeEndpoint(out, at));
    out.u8(broker.cordoned() ? 1 : 0);
  }

  private static BrokerImage decodeBroker(int id, int version, ByteReader in) {
    long epoch = in.i64();
    boolean fenced = in.u8() != 0;
    Optional<String> rack = in.u8() != 0 ? Optional.of(in.string()) : Optional.empty();
    Map<String, BrokerImage.Endpoint> listeners = new LinkedHashMap<>();
    for (int left = in.count(12); left > 0; left--) {
      listeners.put(in.string(), decodeEndpoint(in));
    }
    if (version == 1) {
      return new BrokerImage(
          id, epoch, NOT_KNOWN, listeners, Optional.empty(), rack, fenced, false, "");
    }
    UUID incarnation = new UUID(in.i64(), in.i64());
    boolean draining = in.u8() != 0;
    String storage = in.string();
    Optional<BrokerImage.Endpoint> peers =
        in.u8() != 0 ? Optional.of(decodeEndpoint(in)) : Optional.empty();
    boolean cordoned = version > 2 && in.u8() != 0;
    return new BrokerImage(
        id, epoch, incarnation, listeners, peers, rack, fenced, draining, storage, cordoned);
  }

  private static void encodeEndpoint(ByteWriter out, BrokerImage.Endpoint at) {
    out.string(at.host()).i32(at.port());
  }

  private static BrokerImage.Endpoint decodeEndpoint(ByteReader in) {
    return new BrokerImage.Endpoint(in.string(), in.i32());
  }
}
