package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PartitionChangeTest {
  private static final PartitionImage HEALTHY =
      PartitionImage.of(List.of(1, 2, 3), List.of(1, 2, 3), 1, 5, 9);

  private static PartitionChange change(PartitionImage before, Integer... active) {
    return new PartitionChange(before, Set.of(active)::contains, 2);
  }

  @Test
  void nothingChangesWhenNothingIsWanted() {
    assertThat(change(HEALTHY, 1, 2, 3).result()).isEmpty();
  }

  @Test
  void theNextReplicaLeadsWhenTheLeaderLeaves() {
    PartitionImage after = change(HEALTHY, 2, 3).leaves(1).result().orElseThrow();

    assertThat(after).isEqualTo(PartitionImage.of(List.of(1, 2, 3), List.of(2, 3), 2, 6, 10));
  }

  @Test
  void aFollowerThatLeavesMakesNoNewLeaderEpoch() {
    PartitionImage after = change(HEALTHY, 1, 2).leaves(3).result().orElseThrow();

    assertThat(after).isEqualTo(PartitionImage.of(List.of(1, 2, 3), List.of(1, 2), 1, 5, 10));
  }

  @Test
  void whoLeavesBelowTheMinimumStaysEligible() {
    PartitionImage two = PartitionImage.of(List.of(1, 2, 3), List.of(1, 2), 1, 5, 9);

    PartitionImage after = change(two, 2).leaves(1).result().orElseThrow();

    assertThat(after.leader()).isEqualTo(2);
    assertThat(after.inSync()).containsExactly(2);
    assertThat(after.eligible()).containsExactly(1);
  }

  @Test
  void theLastOneInSyncStaysEligibleAndLeadsAgainOnReturn() {
    PartitionImage one = PartitionImage.of(List.of(1, 2, 3), List.of(1), 1, 5, 9);

    PartitionImage without = change(one, 2, 3).leaves(1).result().orElseThrow();
    PartitionImage again = change(without, 1, 2, 3).result().orElseThrow();

    assertThat(without.leader()).isEqualTo(PartitionImage.NO_LEADER);
    assertThat(without.inSync()).isEmpty();
    assertThat(without.eligible()).containsExactly(1);
    assertThat(again.leader()).isEqualTo(1);
    assertThat(again.inSync()).containsExactly(1);
    assertThat(again.eligible()).isEmpty();
    assertThat(again.leaderEpoch()).isEqualTo(7);
  }

  @Test
  void whoMayHaveLostRecordsIsOnlyRemembered() {
    PartitionImage two = PartitionImage.of(List.of(1, 2, 3), List.of(1, 2), 1, 5, 9);

    PartitionImage after = change(two, 2, 3).loses(1).result().orElseThrow();

    assertThat(after.leader()).isEqualTo(2);
    assertThat(after.eligible()).isEmpty();
    assertThat(after.lastKnown()).containsExactly(1);
  }

  @Test
  void theOnlyReplicaLeadsAgainWhateverItLost() {
    PartitionImage only = PartitionImage.of(List.of(1), List.of(1), 1, 5, 9);

    PartitionImage after =
        new PartitionChange(only, id -> true, 1).loses(1).reelect().result().orElseThrow();

    assertThat(after).isEqualTo(PartitionImage.of(List.of(1), List.of(1), 1, 6, 10));
  }

  @Test
  void ofSeveralLastKnownReplicasOnlyTheBestOneLeads() {
    PartitionImage lost =
        new PartitionImage(
            List.of(1, 2, 3), List.of(), List.of(), List.of(1, 2), List.of(), List.of(), -1, 5, 9);

    assertThat(change(lost, 1, 2, 3).result()).isEmpty();
    PartitionImage after = change(lost, 1, 2, 3).bestOfLastKnown(2).result().orElseThrow();

    assertThat(after).isEqualTo(PartitionImage.of(List.of(1, 2, 3), List.of(2), 2, 6, 10));
  }

  @Test
  void aReplicaThatIsOutOfSyncLeadsOnlyWhereThatIsAllowed() {
    PartitionImage one = PartitionImage.of(List.of(1, 2, 3), List.of(1), 1, 5, 9);

    assertThat(change(one, 2, 3).leaves(1).result().orElseThrow().hasLeader()).isFalse();
    PartitionImage after = change(one, 2, 3).leaves(1).allowUnclean(true).result().orElseThrow();

    assertThat(after).isEqualTo(PartitionImage.of(List.of(1, 2, 3), List.of(2), 2, 6, 10));
  }

  @Test
  void theFirstReplicaIsPreferredOnlyWhenAsked() {
    PartitionImage second = PartitionImage.of(List.of(1, 2, 3), List.of(1, 2, 3), 2, 5, 9);

    assertThat(change(second, 1, 2, 3).result()).isEmpty();
    assertThat(change(second, 1, 2, 3).preferFirst().result().orElseThrow().leader()).isEqualTo(1);
  }

  @Test
  void aMoveEndsWhenTheNewReplicasAreInSync() {
    PartitionImage moving =
        new PartitionImage(
            List.of(4, 1, 2, 3),
            List.of(1, 2, 3),
            List.of(),
            List.of(),
            List.of(4),
            List.of(2, 3),
            1,
            5,
            9);

    PartitionImage after =
        change(moving, 1, 2, 3, 4).inSync(List.of(1, 2, 3, 4)).result().orElseThrow();

    assertThat(after.replicas()).containsExactly(4, 1);
    assertThat(after.inSync()).containsExactlyInAnyOrder(1, 4);
    assertThat(after.isReassigning()).isFalse();
    assertThat(after.leader()).isEqualTo(1);
    assertThat(after.leaderEpoch()).isEqualTo(6);
  }

  /** Members have all that was committed; each step, some leave, some lose, some come back. */
  @Property
  void aLeaderHasWhatWasCommitted(@ForAll("lives") List<Life> lives) {
    PartitionImage partition = HEALTHY;
    Set<Integer> active = new HashSet<>(Set.of(1, 2, 3));
    Set<Integer> haveAll = new HashSet<>(Set.of(1, 2, 3));
    for (Life life : lives) {
      int broker = life.broker();
      PartitionChange change = new PartitionChange(partition, active::contains, 2);
      switch (life.what()) {
        case FENCED -> {
          active.remove(broker);
          change.leaves(broker);
        }
        case LOST_POWER -> {
          active.remove(broker);
          haveAll.remove(broker);
          change.loses(broker);
        }
        case RETURNED -> active.add(broker);
        case CAUGHT_UP -> {
          if (partition.hasLeader() && active.contains(broker)) {
            List<Integer> grown = new ArrayList<>(partition.inSync());
            if (!grown.contains(broker)) {
              grown.add(broker);
            }
            change.inSync(grown);
            haveAll.add(broker);
          }
        }
      }
      PartitionImage before = partition;
      partition = change.result().orElse(partition);
      boolean startedOver =
          before.inSync().isEmpty() && before.eligible().isEmpty() && partition.hasLeader();
      if (startedOver) {
        haveAll.clear();
        haveAll.addAll(partition.inSync());
      }
      if (partition.inSync().size() >= 2) {
        haveAll.retainAll(partition.inSync()); // it goes on without the others
      }
      assertThat(haveAll).containsAll(partition.inSync()).containsAll(partition.eligible());
      if (partition.hasLeader()) {
        assertThat(partition.inSync()).contains(partition.leader());
        assertThat(active).contains(partition.leader());
      }
      assertThat(partition.partitionEpoch()).isGreaterThanOrEqualTo(before.partitionEpoch());
      if (partition.leader() != before.leader()) {
        assertThat(partition.leaderEpoch()).isGreaterThan(before.leaderEpoch());
      }
    }
  }

  enum What {
    FENCED,
    LOST_POWER,
    RETURNED,
    CAUGHT_UP
  }

  record Life(What what, int broker) {}

  @Provide
  Arbitrary<List<Life>> lives() {
    return net.jqwik.api.Combinators.combine(
            Arbitraries.of(What.class), Arbitraries.integers().between(1, 3))
        .as(Life::new)
        .list()
        .ofMaxSize(40);
  }
}
