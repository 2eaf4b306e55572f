package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.controller.session.SessionHost.Beat;
import io.myelin.controller.session.SessionHost.LogEnd;
import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.metadata.BrokerImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * After a power cut. Broker 1 is fenced first, while 2 and 3 are still enough to commit without it:
 * these two are the last known ones.
 */
class LastKnownElectionsTest extends SimulatedSessions {
  private static final int TIMEOUT_MS = 2000;

  private final List<Integer> asked = new ArrayList<>();

  /** Broker epochs of those that run. */
  private final Map<Integer, Long> running = new HashMap<>();

  private int boots;
  private long beatenNs;

  LastKnownElectionsTest() {
    super(TIMEOUT_MS, 2);
  }

  @Override
  void await(BooleanSupplier condition) {
    super.await(
        () -> {
          beat();
          return condition.getAsBoolean();
        });
  }

  private void beat() {
    long nowNs = simulation.clock().monotonicNs();
    if (nowNs - beatenNs > 100_000_000L) {
      beatenNs = nowNs;
      long revision = controller.image().revision();
      running.forEach((id, epoch) -> sessions.heard(id, epoch, new Beat(revision, false)));
    }
  }

  /** On a machine that has just been switched on. */
  private void comes(int id) {
    boots++;
    running.put(id, registered(broker(id, new UUID(boots, id), false, "boot " + boots)));
    await(() -> controller.image().brokers().get(id).isActive());
  }

  private Replica replica() {
    return new Replica(controller.image().topic("a").id(), 0);
  }

  private void answers(int id, int lastEpoch, long logEnd) {
    sessions.described(id, running.get(id), Map.of(replica(), new LogEnd(lastEpoch, logEnd)));
  }

  @BeforeEach
  void thePowerIsCut() {
    sessions.askReplicasThrough((broker, replicas) -> asked.add(broker));
    sessions.leads(controller, "store", 3);
    for (int id = 1; id <= 3; id++) {
      comes(id);
    }
    makeTopic(List.of(1, 2, 3));
    running.clear();
    await(() -> controller.image().brokers().values().stream().allMatch(BrokerImage::fenced));
    comes(1);
    comes(2);
    assertThat(partition().hasLeader()).isFalse();
  }

  @Test
  void nobodyIsAskedBeforeAllAreBack() {
    simulation.runFor(1_000);

    assertThat(asked).isEmpty();
  }

  @Test
  void theOneWithTheHighestEpochAndLogEndLeads() {
    comes(3);
    await(() -> asked.containsAll(List.of(2, 3)));
    answers(1, 9, 900);
    answers(2, 5, 100);
    simulation.runFor(300);
    assertThat(partition().hasLeader()).isFalse();

    answers(3, 5, 200);
    await(() -> partition().hasLeader());

    assertThat(partition().leader()).isEqualTo(3);
    assertThat(partition().inSync()).containsExactly(3);
    assertThat(partition().lastKnown()).isEmpty();
  }

  @Test
  void ofEqualsTheFirstReplicaLeads() {
    comes(3);
    await(() -> asked.containsAll(List.of(2, 3)));
    answers(3, 5, 200);
    answers(2, 5, 200);

    await(() -> partition().hasLeader());

    assertThat(partition().leader()).isEqualTo(2);
  }

  @Test
  void whoDoesNotAnswerIsAskedAgain() {
    comes(3);
    await(() -> asked.containsAll(List.of(2, 3)));
    answers(2, 5, 1);
    asked.clear();

    await(() -> asked.size() >= 2);

    assertThat(asked).containsOnly(3);
    assertThat(partition().hasLeader()).isFalse();
  }

  @Test
  void theAnswerOfAFormerLifeDoesNotCount() {
    comes(3);
    await(() -> asked.containsAll(List.of(2, 3)));
    answers(3, 9, 900);
    running.remove(3);
    await(() -> controller.image().brokers().get(3).fenced());
    comes(3);

    answers(2, 5, 2);
    simulation.runFor(500);
    assertThat(partition().hasLeader()).isFalse();

    answers(3, 5, 1);
    await(() -> partition().hasLeader());
    assertThat(partition().leader()).isEqualTo(2);
  }
}
