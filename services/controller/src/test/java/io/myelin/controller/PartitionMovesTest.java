package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.Controller.InSyncChange;
import io.myelin.metadata.Controller.Reassignment;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.PartitionImage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partition 0 moves to broker 4, which has nothing yet. */
class PartitionMovesTest extends ThreeBrokers {

  @BeforeEach
  void broker4Comes() {
    comes(4, true, "disk");
    controller.unfence(4).join();
  }

  private void moves(List<Integer> target) {
    assertOk(reassigned(Optional.of(target)));
  }

  private Result<?> callsOff() {
    return reassigned(Optional.empty());
  }

  private Result<?> reassigned(Optional<List<Integer>> target) {
    return controller
        .alterReassignments(List.of(new Reassignment("a", 0, target)))
        .join()
        .getFirst();
  }

  @Test
  void aPartitionMovesWhenTheNewReplicasAreInSync() {
    moves(List.of(4, 2));
    assertThat(partition(0).replicas()).containsExactly(4, 2, 1, 3);
    assertThat(partition(0).adding()).containsExactly(4);
    assertThat(partition(0).removing()).containsExactly(1, 3);
    assertOk(wants(0, member(1), member(1), member(2), member(3), member(4)));

    assertThat(partition(0).replicas()).containsExactly(4, 2);
    assertThat(partition(0).leader()).isEqualTo(4);
    assertThat(partition(0).isReassigning()).isFalse();
  }

  @Test
  void aMoveThatIsCalledOffLeavesThePartitionWhereItWas() {
    assertRefused(callsOff(), Refusal.NO_REASSIGNMENT_IN_PROGRESS);
    moves(List.of(4));

    assertOk(callsOff());

    assertThat(partition(0).replicas()).containsExactly(1, 2, 3);
    assertThat(partition(0).isReassigning()).isFalse();
  }

  @Test
  void aMoveWaitsForATargetThatDiesAndEndsWhenItIsBackInSync() {
    moves(List.of(4, 2, 3));
    controller.fence(4).join();
    PartitionImage waiting = partition(0);
    assertThat(waiting.adding()).containsExactly(4);
    assertThat(waiting.removing()).containsExactly(1);
    assertThat(waiting.leader()).as("the move is nobody's fault").isEqualTo(1);
    assertThat(waiting.inSync()).containsExactly(1, 2, 3);
    assertRefused(
        wants(0, member(1), member(1), member(2), member(3), member(4)),
        Refusal.INELIGIBLE_REPLICA);

    comes(4, false, "disk");
    controller.unfence(4).join();
    assertThat(partition(0).isReassigning()).isTrue();
    assertOk(wants(0, member(1), member(1), member(2), member(3), member(4)));

    assertThat(partition(0).replicas()).containsExactly(4, 2, 3);
    assertThat(partition(0).isReassigning()).isFalse();
    assertThat(partition(0).leader()).isEqualTo(4);
  }

  @Test
  void aMoveToABrokerThatIsGoneCanBeCalledOffOrLedElsewhere() {
    moves(List.of(4, 2, 3));
    controller.fence(4).join();
    assertOk(controller.unregisterBroker(4).join());
    assertThat(partition(0).isReassigning()).isTrue();

    moves(List.of(3, 2));
    assertThat(partition(0).replicas()).as("nobody is to be added any more").containsExactly(3, 2);
    assertThat(partition(0).leader()).isEqualTo(3);

    broker4Comes();
    moves(List.of(4, 2));
    controller.fence(4).join();
    assertOk(callsOff());
    assertThat(partition(0).replicas()).as("Kafka forgets their order, too").containsExactly(2, 3);
  }

  @Test
  void aMoveGoesOnUnderTheNextLeaderWhenTheOneThatIsToGoDies() {
    moves(List.of(4, 2));
    controller.fence(1).join();
    assertThat(partition(0).adding()).containsExactly(4);
    assertThat(partition(0).removing()).containsExactly(1, 3);
    assertThat(partition(0).leader()).isEqualTo(2);

    assertOk(wants(0, member(2), member(2), member(3), member(4)));

    assertThat(partition(0).replicas()).containsExactly(4, 2);
    assertThat(partition(0).leader()).isEqualTo(2);
    assertThat(partition(0).inSync()).containsExactlyInAnyOrder(2, 4);
  }

  @Test
  void theNextControllerEndsAMoveThatTheFormerOneBegan() {
    moves(List.of(4, 2));
    PartitionImage begun = partition(0);

    ActiveController next = nextController(2);

    assertThat(next.image().partition("a", 0)).isEqualTo(begun);
    InSyncChange inSync =
        new InSyncChange(
            next.image().topic("a").id(),
            0,
            member(1),
            begun.leaderEpoch(),
            begun.partitionEpoch(),
            List.of(member(1), member(2), member(3), member(4)));
    assertOk(next.alterPartitions(List.of(inSync)).join().getFirst());
    PartitionImage moved = next.image().partition("a", 0);
    assertThat(moved.replicas()).containsExactly(4, 2);
    assertThat(moved.isReassigning()).isFalse();
    assertThat(moved.leader()).isEqualTo(4);
    assertThat(moved.leaderEpoch()).isGreaterThan(begun.leaderEpoch());
    assertRefused(
        next.alterPartitions(List.of(inSync)).join().getFirst(), Refusal.FENCED_LEADER_EPOCH);
  }
}
