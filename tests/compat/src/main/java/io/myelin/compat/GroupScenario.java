package io.myelin.compat;

import static io.myelin.compat.ClientScenario.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What keeps a group from stopping: static members (KIP-345) and cooperative rebalances (KIP-429).
 * A part of {@link ClientScenario}, and so for any kafka-clients from 2.8 on.
 */
final class GroupScenario {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Longer than anybody waits here: nobody leaves by being silent. */
  private static final String SESSION_TIMEOUT_MS = "120000";

  private final String bootstrap;
  private final String topic;
  private final int partitions;

  /**
   * @param topic has records in each of its partitions
   * @param partitions an even number of them
   */
  GroupScenario(String bootstrap, String topic, int partitions) {
    this.bootstrap = bootstrap;
    this.topic = topic;
    this.partitions = partitions;
  }

  /** A static member that is away for a moment costs nobody anything; one that is removed does. */
  void keepWhatAStaticMemberHad() throws ExecutionException, InterruptedException {
    String group = "static-members-of-" + topic;
    Moves moves = new Moves();
    try (KafkaConsumer<byte[], byte[]> stays = staticMember(group, "stays", moves)) {
      Set<TopicPartition> had;
      int generation;
      try (KafkaConsumer<byte[], byte[]> goes = staticMember(group, "goes", new Moves())) {
        pollUntil(() -> haveHalfEach(stays, goes), "both to have their half", stays, goes);
        had = Set.copyOf(goes.assignment());
        generation = goes.groupMetadata().generationId();
      }
      Set<TopicPartition> kept = Set.copyOf(stays.assignment());
      int callsBefore = moves.calls;

      try (KafkaConsumer<byte[], byte[]> back = staticMember(group, "goes", new Moves())) {
        pollUntil(() -> !back.assignment().isEmpty(), "the member to be back", stays, back);
        check(back.assignment().equals(had), "it had " + had + " and has " + back.assignment());
        check(back.groupMetadata().generationId() == generation, "there was a rebalance");
      }
      check(stays.groupMetadata().generationId() == generation, "the other one saw a rebalance");
      check(stays.assignment().equals(kept), "the other one had " + kept);
      check(moves.calls == callsBefore, "the other one's partitions were moved");

      remove(group, "goes");
      pollUntil(
          () -> stays.assignment().size() == partitions, "the one that is left to have all", stays);
    }
  }

  /** Whoever shares with a newcomer never lets go of what stays with it. */
  void keepWhatDoesNotMove() {
    String group = "cooperative-members-of-" + topic;
    Moves moves = new Moves();
    try (KafkaConsumer<byte[], byte[]> first = cooperative(group, moves)) {
      pollUntil(() -> hasReadOfAll(first), "the first one to read everywhere", first);
      Map<TopicPartition, Long> positions = new HashMap<>();
      first.assignment().forEach(partition -> positions.put(partition, first.position(partition)));

      try (KafkaConsumer<byte[], byte[]> second = cooperative(group, new Moves())) {
        pollUntil(() -> haveHalfEach(first, second), "both to have their half", first, second);

        Set<TopicPartition> moved = Set.copyOf(second.assignment());
        Set<TopicPartition> kept = new HashSet<>(positions.keySet());
        kept.removeAll(moved);
        check(first.assignment().equals(kept), "it kept " + first.assignment() + " of " + kept);
        check(moves.revoked.equals(moved), moves.revoked + " were revoked, " + moved + " moved");
        check(moves.lost.isEmpty(), moves.lost + " were lost");
        check(
            moves.assigned.size() == partitions,
            "what it had was assigned again: " + moves.assigned);
        for (TopicPartition partition : kept) {
          check(
              first.position(partition) >= positions.get(partition),
              "it has begun anew with " + partition);
        }
      }
    }
  }

  private boolean haveHalfEach(KafkaConsumer<?, ?> one, KafkaConsumer<?, ?> other) {
    return one.assignment().size() == partitions / 2 && other.assignment().size() == partitions / 2;
  }

  private boolean hasReadOfAll(KafkaConsumer<?, ?> consumer) {
    return consumer.assignment().size() == partitions
        && consumer.assignment().stream().allMatch(partition -> consumer.position(partition) > 0);
  }

  @SafeVarargs
  private static void pollUntil(
      BooleanSupplier condition, String what, KafkaConsumer<byte[], byte[]>... consumers) {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      check(System.nanoTime() < deadlineNs, "waited in vain for " + what);
      for (KafkaConsumer<byte[], byte[]> consumer : consumers) {
        consumer.poll(Duration.ofMillis(100));
      }
    }
  }

  private void remove(String group, String instance)
      throws ExecutionException, InterruptedException {
    try (AdminClient admin =
        AdminClient.create(Map.<String, Object>of("bootstrap.servers", bootstrap))) {
      admin
          .removeMembersFromConsumerGroup(
              group,
              new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove(instance))))
          .all()
          .get();
    }
  }

  private KafkaConsumer<byte[], byte[]> staticMember(String group, String instance, Moves moves) {
    return member(
        group,
        Map.of(
            "group.instance.id",
            instance,
            "partition.assignment.strategy",
            RangeAssignor.class.getName()),
        moves);
  }

  private KafkaConsumer<byte[], byte[]> cooperative(String group, Moves moves) {
    return member(
        group,
        Map.of("partition.assignment.strategy", CooperativeStickyAssignor.class.getName()),
        moves);
  }

  private KafkaConsumer<byte[], byte[]> member(
      String group, Map<String, String> more, Moves moves) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", bootstrap);
    settings.put("group.id", group);
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", "false");
    settings.put("session.timeout.ms", SESSION_TIMEOUT_MS);
    settings.put("heartbeat.interval.ms", "500");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic), moves);
    return consumer;
  }

  /** What a member was told. Confined to the thread that polls. */
  private static final class Moves implements ConsumerRebalanceListener {
    final List<TopicPartition> assigned = new ArrayList<>();
    final Set<TopicPartition> revoked = new HashSet<>();
    final Set<TopicPartition> lost = new HashSet<>();
    int calls;

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      calls++;
      assigned.addAll(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      calls++;
      revoked.addAll(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      calls++;
      lost.addAll(partitions);
    }
  }
}
