package io.myelin.simulation.cluster;

import io.myelin.broker.partition.Partition;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataCodec;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.MetadataStore.Transaction;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;

/** What the metadata store holds, checked with each transaction that takes effect. */
final class MetadataWatch implements BiConsumer<Long, Transaction> {
  private final ClusterWorld world;
  private final Map<String, MetadataRecord> records = new TreeMap<>();
  private final Map<String, Integer> leaders = new TreeMap<>();
  private final Map<UUID, String> names = new TreeMap<>();
  private long revision;

  MetadataWatch(ClusterWorld world) {
    this.world = world;
  }

  @Override
  public void accept(Long newRevision, Transaction transaction) {
    revision = newRevision;
    transaction
        .puts()
        .forEach(
            (key, value) -> {
              if (value.isPresent()) {
                put(key, MetadataCodec.decode(key, value.get()));
              } else {
                records.remove(key);
              }
            });
    records.forEach(
        (key, record) -> {
          if (record instanceof MetadataRecord.Partition partition) {
            checkMembers(key, partition);
          }
        });
  }

  private void put(String key, MetadataRecord now) {
    MetadataRecord before = records.put(key, now);
    switch (now) {
      case MetadataRecord.Partition partition ->
          changed(key, (MetadataRecord.Partition) before, partition);
      case MetadataRecord.Topic topic -> names.put(topic.id(), topic.name());
      case MetadataRecord.Broker broker -> registered((MetadataRecord.Broker) before, broker);
      case MetadataRecord.ProducerIds ids -> {
        if (before != null && ((MetadataRecord.ProducerIds) before).next() >= ids.next()) {
          world.violation("producer ids are given out again: " + before + ", " + now);
        }
      }
      case MetadataRecord.Cluster cluster -> {}
      case MetadataRecord.Config config -> {}
      case MetadataRecord.Features features -> {}
    }
  }

  private void registered(MetadataRecord.Broker before, MetadataRecord.Broker now) {
    if (before != null && now.image().epoch() < before.image().epoch()) {
      world.violation("a broker's epoch goes back: " + before + ", " + now);
    }
  }

  private void changed(String key, MetadataRecord.Partition before, MetadataRecord.Partition now) {
    PartitionImage state = now.image();
    if (state.hasLeader()) {
      Integer other = leaders.putIfAbsent(key + "@" + state.leaderEpoch(), state.leader());
      if (other != null && other != state.leader()) {
        world.violation(
            "%s: brokers %d and %d lead in epoch %d"
                .formatted(key, other, state.leader(), state.leaderEpoch()));
      }
    }
    if (before == null) {
      return;
    }
    PartitionImage old = before.image();
    if (state.partitionEpoch() <= old.partitionEpoch() || state.leaderEpoch() < old.leaderEpoch()) {
      world.violation("%s: %s is followed by %s".formatted(key, old, state));
    }
    if (state.leaderEpoch() > old.leaderEpoch()) {
      world.coverage().count(Count.ELECTIONS);
    }
    if (!state.inSync().equals(old.inSync())) {
      world.coverage().count(Count.IN_SYNC_CHANGES);
    }
    if (old.isReassigning() && !state.isReassigning()) {
      world.coverage().count(Count.MOVES);
    }
    String topic = names.get(now.topicId());
    if (topic != null) {
      watchLosses(world.ledger(topic, now.partition()), old, state);
    }
    checkJoined(now, old);
  }

  private void watchLosses(PartitionLedger ledger, PartitionImage before, PartitionImage now) {
    if (now.hasLeader() && before.lastKnown().contains(now.leader())) {
      world.powerCuts().lastKnownLeads(ledger, before);
    }
    if (now.inSync().containsAll(now.replicas())
        && world.cluster().brokers().stream().allMatch(this::isKnown)) {
      ledger.isEverywhere();
    }
  }

  /** Who comes in sync has everything that is committed, unless its process is another one. */
  private void checkJoined(MetadataRecord.Partition now, PartitionImage old) {
    String topic = names.get(now.topicId());
    for (int id : now.image().inSync()) {
      BrokerMachine broker = world.cluster().broker(id);
      if (topic == null || old.inSync().contains(id) || !isKnown(broker)) {
        continue;
      }
      Partition partition = broker.core().partitions().get(topic, now.partition());
      long committed = world.ledger(topic, now.partition()).end();
      if (partition != null && partition.isOpen()) {
        long end = partition.view().logEndOffset();
        if (end < committed) {
          world.violation(
              "%s comes in sync at %s-%d with log end %d, but %d are committed"
                  .formatted(broker, topic, now.partition(), end, committed));
        }
      }
    }
  }

  private boolean isKnown(BrokerMachine broker) {
    return broker.isServing() && isThisLife(broker);
  }

  /** Whether the process that runs is the one that is registered. */
  boolean isThisLife(BrokerMachine broker) {
    return records.get("brokers/" + broker.id) instanceof MetadataRecord.Broker record
        && record.image().incarnation().equals(broker.registration().incarnation());
  }

  /** In-sync sets hold only replicas that qualify; the sets of KIP-966 are disjoint. */
  private void checkMembers(String key, MetadataRecord.Partition record) {
    PartitionImage state = record.image();
    Set<Integer> all = new HashSet<>(state.replicas());
    Set<Integer> seen = new HashSet<>();
    for (var members : java.util.List.of(state.inSync(), state.eligible(), state.lastKnown())) {
      for (int member : members) {
        if (!all.contains(member) || !seen.add(member)) {
          world.violation(key + ": sets that overlap, or hold strangers: " + state);
        }
      }
    }
    if (state.hasLeader() && !state.inSync().contains(state.leader())) {
      world.violation(key + ": the leader is not in sync: " + state);
    }
    for (int member : state.inSync()) {
      if (records.get("brokers/" + member) instanceof MetadataRecord.Broker broker
          && broker.image().fenced()
          && state.inSync().size() > 0) {
        world.violation(key + ": broker " + member + " is fenced and in sync: " + state);
      }
    }
  }

  /** As the store has it; -1: unknown. */
  int leaderEpoch(Partition of) {
    return records.get("partitions/" + of.topicId() + "/" + of.id())
            instanceof MetadataRecord.Partition partition
        ? partition.image().leaderEpoch()
        : -1;
  }

  PartitionImage state(String topic, int id) {
    return records.get("topics/" + topic) instanceof MetadataRecord.Topic named
            && records.get("partitions/" + named.id() + "/" + id)
                instanceof MetadataRecord.Partition partition
        ? partition.image()
        : null;
  }

  /** Whether {@code image} is what the store has. */
  boolean agrees(ClusterImage image) {
    for (MetadataRecord record : records.values()) {
      boolean same =
          switch (record) {
            case MetadataRecord.Broker broker ->
                broker.image().equals(image.brokers().get(broker.image().id()));
            case MetadataRecord.Partition partition -> {
              TopicImage topic = image.topic(partition.topicId());
              yield topic != null
                  && partition.partition() < topic.partitions().size()
                  && partition.image().equals(topic.partitions().get(partition.partition()));
            }
            case MetadataRecord.Topic topic -> image.topic(topic.id()) != null;
            case MetadataRecord.Config config ->
                image.config(config.key()).equals(config.entries());
            case MetadataRecord.Cluster cluster -> cluster.clusterId().equals(image.clusterId());
            case MetadataRecord.Features features -> true;
            case MetadataRecord.ProducerIds ids -> true;
          };
      if (!same) {
        return false;
      }
    }
    return true;
  }

  String describe() {
    StringBuilder text = new StringBuilder("the store, at revision " + revision + ":");
    records.forEach((key, record) -> text.append("\n  ").append(key).append(" ").append(record));
    return text.toString();
  }
}
