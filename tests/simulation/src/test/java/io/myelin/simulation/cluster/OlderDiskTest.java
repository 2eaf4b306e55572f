package io.myelin.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.PartitionImage;
import io.myelin.sim.Crash;
import io.myelin.simulation.BatchSender;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The last broker in sync is killed, and comes back under the same kernel with a disk that lacks
 * what was acknowledged since: it must not lead with it. What is committed is watched all the time,
 * as in the random runs.
 */
class OlderDiskTest {
  private final ClusterStage stage = new ClusterStage(1, Seams.SOUND, null);
  private final ClusterWorld world = stage.world;
  private PartitionLedger ledger;
  private ClusterProducer producer;
  private BrokerMachine early;
  private BrokerMachine eligible;
  private BrokerMachine last;

  @BeforeEach
  void begin() {
    stage.start();
    ledger = stage.makeTopic("t", Map.of());
    producer = new ClusterProducer(world, BatchSender.IDEMPOTENT, ledger);
    producer.start();
    awaitMoreAcknowledged();
    last = world.cluster().broker(state().leader());
    List<BrokerMachine> others =
        world.cluster().brokers().stream().filter(broker -> broker != last).toList();
    early = others.getFirst();
    eligible = others.getLast();
  }

  @Test
  void aCopyOfAnEarlierLifeThatIsPutBackAfterAKillDoesNotLead() {
    DiskCopy older = DiskCopy.of(last.disk, BrokerMachine.LOGS);
    kill(last);
    last.start();
    awaitAllInSync();
    awaitMoreAcknowledged();

    onlyTheLastComesBackWith(older);

    assertThat(state().hasLeader()).isFalse();
    assertNothingIsLostWhenTheOthersComeBack();
  }

  @Test
  void anEmptyDiskThatIsPutInAfterAKillDoesNotLead() {
    onlyTheLastComesBackWith(DiskCopy.empty(BrokerMachine.LOGS));

    assertThat(state().hasLeader()).isFalse();
    assertNothingIsLostWhenTheOthersComeBack();
  }

  @Test
  void theDiskThatTheKilledProcessHasLeftLeads() {
    onlyTheLastComesBackWith(null);

    assertThat(state().leader()).isEqualTo(last.id);
    assertNothingIsLostWhenTheOthersComeBack();
  }

  /**
   * The others are killed while it has all that is acknowledged, and then it is.
   *
   * @param disk null: its own
   */
  private void onlyTheLastComesBackWith(DiskCopy disk) {
    kill(early);
    stage.await("two in sync", () -> state().inSync().size() == 2);
    awaitMoreAcknowledged();
    kill(eligible);
    stage.await("one in sync", () -> state().inSync().equals(List.of(last.id)));
    kill(last);
    stage.await("no leader", () -> !state().hasLeader());
    if (disk != null) {
      disk.putBack(last.disk);
    }
    last.start();
    stage.await("its return", () -> last.isRegistered() && !last.isFenced());
    stage.passTime(3_000);
  }

  private void assertNothingIsLostWhenTheOthersComeBack() {
    long committed = ledger.end();
    stage.faults.endAll();
    awaitMoreAcknowledged();
    world.stopProducing();
    stage.await("the last answers", producer::isIdle);
    stage.await("agreement", stage.invariants::isAgreed);
    assertThat(ledger.end()).isGreaterThan(committed);
  }

  private PartitionImage state() {
    return world.metadata().state(ledger.topic(), ledger.id());
  }

  private void kill(BrokerMachine broker) {
    world.crash(broker, Crash.PROCESS_KILL);
  }

  private void awaitAllInSync() {
    stage.await("all in sync", () -> state().inSync().size() == 3);
  }

  private void awaitMoreAcknowledged() {
    int before = producer.acknowledged();
    stage.await("more records", () -> producer.acknowledged() >= before + 10);
  }
}
