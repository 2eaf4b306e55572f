package io.myelin.controller;

import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.RecordChange;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Brokers come, go, and fall silent: pure decisions on a state. Each changes the broker's record
 * and every partition that is concerned; partitions are written first, so that a decision that is
 * cut off leaves partitions without the broker, never the other way round.
 */
final class BrokerDecisions {
  private final TopicRules rules;
  private final boolean fencedAtFirst;

  /**
   * @param fencedAtFirst whether a broker that registers has to catch up with the metadata before
   *     it may lead
   */
  BrokerDecisions(TopicRules rules, boolean fencedAtFirst) {
    this.rules = rules;
    this.fencedAtFirst = fencedAtFirst;
  }

  /**
   * Registers a broker that has just started. Its former life is over: what it led is led by
   * others, or by itself in a new epoch, since records that the former life lost with the power
   * must not share their (epoch, offset) with those that this one takes. Where it may have lost
   * records, it is not trusted to have what was committed. One that is not known has nothing.
   */
  Decision<Long> register(ControllerState state, BrokerRegistration registration) {
    ClusterImage image = state.image();
    BrokerImage former = image.brokers().get(registration.id());
    BrokerImage broker =
        new BrokerImage(
            registration.id(),
            state.nextBrokerEpoch(),
            registration.incarnation(),
            registration.listeners(),
            registration.peers(),
            registration.rack(),
            fencedAtFirst,
            false,
            registration.storage(),
            former != null && former.cordoned());
    ClusterImage now = image.withBroker(broker);
    List<RecordChange> records =
        changes(
            now,
            partition -> concerns(partition, broker.id()),
            (partition, change) -> {
              // A new process tells anew what it cannot open.
              change.comesBack(broker.id());
              if (former == null) {
                change.forgets(broker.id());
              } else if (!hasKept(former, registration)) {
                change.loses(broker.id());
              } else if (fencedAtFirst) {
                change.leaves(broker.id());
              }
              if (partition.leader() == broker.id()) {
                change.reelect();
              }
            });
    records.add(RecordChange.put(new MetadataRecord.Broker(broker)));
    return new Decision<>(records, broker.epoch());
  }

  /** Whether the broker's directories have all that its former life had stored. */
  private static boolean hasKept(BrokerImage former, BrokerRegistration registration) {
    if (former.incarnation().equals(registration.incarnation())) {
      return true; // the same process: it was silent for too long
    }
    if (registration.formerEpoch() != former.epoch()) {
      return false;
    }
    // A directory that is missing was not closed in order: nobody has looked into it.
    return registration.cleanStop()
        ? directories(registration.storage()).containsAll(directories(former.storage()))
        : former.storage().equals(registration.storage());
  }

  private static Set<String> directories(String storage) {
    return Arrays.stream(storage.split(" "))
        .map(directory -> directory.split("@", 2)[0])
        .collect(Collectors.toSet());
  }

  /** The broker is gone or silent: it leads nothing and is in sync with nothing. */
  Decision<Result<Void>> fence(ControllerState state, int id) {
    return alter(
        state,
        id,
        broker -> broker.withFenced(true),
        partition -> concerns(partition, id),
        (partition, change) -> change.leaves(id));
  }

  /** The broker has caught up: it may lead what has no leader, and come in sync again. */
  Decision<Result<Void>> unfence(ControllerState state, int id) {
    return alter(
        state,
        id,
        broker -> broker.withFenced(false),
        partition -> !partition.hasLeader(),
        (partition, change) -> {});
  }

  /**
   * The broker wants to stop: wherever another replica is in sync, that one leads and this one is
   * not in sync any more. It remains what it is where it is the only one.
   */
  Decision<Result<Void>> drain(ControllerState state, int id) {
    return alter(
        state,
        id,
        broker -> broker.withDraining(true),
        partition -> partition.inSync().contains(id) && partition.inSync().size() > 1,
        (partition, change) -> change.leaves(id));
  }

  /** All the broker's log directories are cordoned, or not any more. */
  Decision<Result<Void>> cordon(ControllerState state, int id, boolean cordoned) {
    return alter(
        state,
        id,
        broker -> broker.withCordoned(cordoned),
        partition -> false,
        (partition, change) -> {});
  }

  /** Disks of a broker that runs have failed, or can be used again. */
  Decision<Result<Void>> disksChanged(ControllerState state, DiskReports.Effect change) {
    ClusterImage image = state.image();
    int id = change.broker();
    if (image.brokers().get(id) == null) {
      return Decision.refuse(Refusal.UNKNOWN_BROKER, "Broker " + id + " is not registered.");
    }
    List<RecordChange> records = new ArrayList<>();
    change.failed().forEach(one -> add(records, image, one, next -> next.goesOffline(id)));
    change.back().forEach(one -> add(records, image, one, next -> next.comesBack(id)));
    return Decision.ok(records, null);
  }

  private void add(
      List<RecordChange> records,
      ClusterImage image,
      Replica replica,
      UnaryOperator<PartitionChange> what) {
    TopicImage topic = image.topic(replica.topicId());
    if (topic != null && replica.partition() < topic.partitions().size()) {
      what.apply(rules.change(image, topic, topic.partitions().get(replica.partition())))
          .result()
          .ifPresent(
              after ->
                  records.add(
                      RecordChange.put(
                          new MetadataRecord.Partition(topic.id(), replica.partition(), after))));
    }
  }

  /**
   * The broker is gone for good, and so is what it had: another machine may come with its id. Where
   * nobody else is left who may have what was committed, somebody has to say first that it is given
   * up.
   */
  Decision<Result<Void>> unregister(ControllerState state, int id) {
    BrokerImage broker = state.image().brokers().get(id);
    if (broker == null) {
      return Decision.refuse(
          Refusal.UNKNOWN_BROKER, "Broker ID " + id + " is not currently registered");
    }
    if (!broker.fenced()) {
      return Decision.refuse(
          Refusal.INVALID_REQUEST,
          "Broker " + id + " is running; stop it before unregistering it.");
    }
    List<String> lastHeld = lastHeld(state.image(), id);
    if (!lastHeld.isEmpty()) {
      return Decision.refuse(
          Refusal.INVALID_REQUEST,
          "Broker %d may be the only one that has all of %d partition(s), %s among them. Start it, or give its records up by electing another replica: kafka-leader-election.sh --election-type unclean"
              .formatted(id, lastHeld.size(), lastHeld.getFirst()));
    }
    List<RecordChange> records =
        changes(
            state.image(),
            partition -> concerns(partition, id),
            (partition, change) -> change.forgets(id));
    records.add(RecordChange.delete(MetadataKeys.broker(id)));
    return Decision.ok(records, null);
  }

  /** Partitions without a leader that have other replicas, none of which may lead before this. */
  private static List<String> lastHeld(ClusterImage image, int broker) {
    List<String> names = new ArrayList<>();
    for (TopicImage topic : image.topics().values()) {
      int p = 0;
      for (PartitionImage partition : topic.partitions()) {
        int number = p++;
        if (!partition.hasLeader()
            && partition.replicas().size() > 1
            && mayHaveAll(partition).equals(Set.of(broker))) {
          names.add(topic.name() + "-" + number);
        }
      }
    }
    return names;
  }

  private static Set<Integer> mayHaveAll(PartitionImage partition) {
    Set<Integer> all = new HashSet<>(partition.inSync());
    all.addAll(partition.eligible());
    all.addAll(partition.lastKnown());
    return all;
  }

  private Decision<Result<Void>> alter(
      ControllerState state,
      int id,
      UnaryOperator<BrokerImage> how,
      Predicate<PartitionImage> concerned,
      BiConsumer<PartitionImage, PartitionChange> what) {
    BrokerImage broker = state.image().brokers().get(id);
    if (broker == null) {
      return Decision.refuse(Refusal.UNKNOWN_BROKER, "Broker " + id + " is not registered.");
    }
    BrokerImage altered = how.apply(broker);
    if (altered.equals(broker)) {
      return Decision.ok(List.of(), null);
    }
    List<RecordChange> records = changes(state.image().withBroker(altered), concerned, what);
    records.add(RecordChange.put(new MetadataRecord.Broker(altered)));
    return Decision.ok(records, null);
  }

  private static boolean concerns(PartitionImage partition, int broker) {
    return partition.leader() == broker
        || partition.inSync().contains(broker)
        || (!partition.hasLeader() && partition.replicas().contains(broker))
        || partition.eligible().contains(broker)
        || partition.lastKnown().contains(broker)
        || partition.offline().contains(broker);
  }

  /**
   * The next records of the partitions that are concerned. Of a million most are not: those cost no
   * more than the look.
   */
  private List<RecordChange> changes(
      ClusterImage image,
      Predicate<PartitionImage> concerned,
      BiConsumer<PartitionImage, PartitionChange> what) {
    List<RecordChange> records = new ArrayList<>();
    for (TopicImage topic : image.topics().values()) {
      int p = 0;
      for (PartitionImage partition : topic.partitions()) {
        int number = p++;
        if (concerned.test(partition)) {
          PartitionChange change = rules.change(image, topic, partition);
          what.accept(partition, change);
          change
              .result()
              .map(after -> new MetadataRecord.Partition(topic.id(), number, after))
              .ifPresent(record -> records.add(RecordChange.put(record)));
        }
      }
    }
    return records;
  }
}
