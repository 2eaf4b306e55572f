package io.myelin.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The last broker in sync is killed, and comes back under the same kernel with a disk that lacks
 * what was acknowledged since: it must not lead with it.
 */
class OlderDiskTest extends PartitionScenario {
  private BrokerMachine last;

  @BeforeEach
  void begin() {
    begin(Map.of());
    last = leader();
  }

  @Test
  void aCopyOfAnEarlierLifeThatIsPutBackAfterAKillDoesNotLead() {
    DiskCopy older = DiskCopy.of(last.disk, BrokerMachine.LOGS);
    kill(last);
    last.start();
    stage.await("all in sync", () -> state().inSync().size() == 3);
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
   * @param disk null: its own
   */
  private void onlyTheLastComesBackWith(DiskCopy disk) {
    killAllBut(last);
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
    mendAllAndEndInAgreement();
    assertThat(ledger.end()).isGreaterThan(committed);
  }
}
