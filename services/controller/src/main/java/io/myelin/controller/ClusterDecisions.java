package io.myelin.controller;

import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller.ConfigChange;
import io.myelin.metadata.Controller.ProducerIdBlock;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.RecordChange;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brokers, settings and producer ids: pure decisions on a state. */
final class ClusterDecisions {
  // As in Kafka: one write per thousand idempotent producers.
  static final int PRODUCER_ID_BLOCK = 1000;

  private ClusterDecisions() {}

  static Decision<Result<Void>> alterConfig(ControllerState state, ConfigChange change) {
    ConfigKey key = change.key();
    if (key.type() == ConfigKey.Type.TOPIC && state.image().topic(key.name()) == null) {
      return Decision.refuse(
          Refusal.UNKNOWN_TOPIC, "The topic '" + key.name() + "' does not exist.");
    }
    Map<String, String> before = state.image().config(key);
    Map<String, String> entries = new HashMap<>(before);
    change
        .changes()
        .forEach(
            (name, value) ->
                value.ifPresentOrElse(v -> entries.put(name, v), () -> entries.remove(name)));
    if (entries.equals(before)) {
      return Decision.ok(List.of(), null);
    }
    RecordChange record =
        entries.isEmpty()
            ? RecordChange.delete(MetadataKeys.config(key))
            : RecordChange.put(new MetadataRecord.Config(key, Map.copyOf(entries)));
    return Decision.ok(List.of(record), null);
  }

  static Decision<ProducerIdBlock> allocateProducerIds(ControllerState state) {
    long first = state.nextProducerId();
    return new Decision<>(
        List.of(RecordChange.put(new MetadataRecord.ProducerIds(first + PRODUCER_ID_BLOCK))),
        new ProducerIdBlock(first, PRODUCER_ID_BLOCK));
  }

  /**
   * Registers a broker that has just started. Partitions that it leads, or that have no leader and
   * it in sync, get it as leader in a new epoch: records that its former life lost with the power
   * must not share their (epoch, offset) with the ones that it takes now.
   */
  static Decision<Long> register(ControllerState state, BrokerImage broker) {
    BrokerImage former = state.image().brokers().get(broker.id());
    long epoch = former == null ? 0 : former.epoch() + 1;
    List<RecordChange> records = new ArrayList<>();
    for (TopicImage topic : state.image().topics().values()) {
      int p = 0;
      for (PartitionImage partition : topic.partitions()) {
        if (electable(partition, broker.id())) {
          records.add(
              RecordChange.put(
                  new MetadataRecord.Partition(topic.id(), p, elected(partition, broker.id()))));
        }
        p++;
      }
    }
    records.add(
        RecordChange.put(
            new MetadataRecord.Broker(
                new BrokerImage(
                    broker.id(), epoch, broker.listeners(), broker.rack(), broker.fenced()))));
    return new Decision<>(records, epoch);
  }

  private static boolean electable(PartitionImage partition, int broker) {
    return partition.leader() == broker
        || (partition.leader() == PartitionImage.NO_LEADER && partition.inSync().contains(broker));
  }

  private static PartitionImage elected(PartitionImage partition, int broker) {
    return new PartitionImage(
        partition.replicas(),
        partition.inSync(),
        broker,
        partition.leaderEpoch() + 1,
        partition.partitionEpoch() + 1);
  }
}
