package io.myelin.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.epoch.LeaderEpochs;
import org.junit.jupiter.api.Test;

/** The cases of the KIPs; a log is written as its epochs' starts and its end. */
final class DivergenceTest {

  @Test
  void kip101AFollowerKeepsWhatIsAboveItsWatermarkWhenTheLeaderHasItToo() {
    // Scenario 1: B restarted with m2 above its watermark; A, which leads, has m2 as well.
    assertThat(Divergence.between(log(0, 2, 0, 0), log(0, 2, 0, 0))).isEqualTo(2);
  }

  @Test
  void kip101LogsThatGrewApartUnderTwoLeadersAreCutToTheCommonEpochsEnd() {
    // Scenario 2: after a power loss B led epoch 1 with m3 where A has m2 of epoch 0.
    Lineage leader = log(0, 2, 0, 0, 1, 1);
    Lineage follower = log(0, 2, 0, 0);
    assertThat(Divergence.between(leader, follower)).isEqualTo(1);
  }

  @Test
  void kip279AnEpochThatOnlyTheFollowerHasSeenGoesAwayInOneRound() {
    // Fast failovers: the follower led epoch 2 and wrote what nobody else has.
    Lineage leader = log(0, 30, 0, 0, 1, 10, 3, 20);
    Lineage follower = log(0, 25, 0, 0, 1, 10, 2, 15);
    assertThat(Divergence.between(leader, follower)).isEqualTo(15);
  }

  @Test
  void kip279TheFollowersCommonEpochMayEndAfterTheLeaders() {
    Lineage leader = log(0, 30, 0, 0, 1, 10, 3, 20);
    Lineage follower = log(0, 28, 0, 0, 1, 10, 2, 25);
    assertThat(Divergence.between(leader, follower)).isEqualTo(20);
  }

  @Test
  void kip279EpochsThatAlternateAreAllSkippedDownToTheLastCommonOne() {
    Lineage leader = log(0, 60, 1, 0, 4, 20, 6, 40);
    Lineage follower = log(0, 50, 1, 0, 3, 12, 5, 30);
    assertThat(Divergence.between(leader, follower)).isEqualTo(12);
  }

  @Test
  void kip320AFollowerThatIsBehindIsNotCut() {
    Lineage leader = log(0, 30, 0, 0, 2, 20);
    assertThat(Divergence.between(leader, log(0, 7, 0, 0))).isEqualTo(7);
  }

  @Test
  void aFollowerThatIsAheadInTheLeadersEpochIsCutToTheLeadersEnd() {
    Lineage leader = log(0, 10, 2, 0);
    assertThat(Divergence.between(leader, log(0, 14, 2, 0))).isEqualTo(10);
  }

  @Test
  void anEmptyFollowerBeginsAtTheLeadersLogStart() {
    assertThat(Divergence.between(log(40, 90, 3, 40), log(0, 0))).isEqualTo(40);
    assertThat(Divergence.between(log(0, 90, 3, 0), log(0, 0))).isZero();
  }

  @Test
  void aFollowerBehindTheLeadersLogStartBeginsThere() {
    assertThat(Divergence.between(log(40, 90, 3, 40), log(0, 20, 3, 0))).isEqualTo(40);
    assertThat(Divergence.between(log(40, 90, 5, 40), log(0, 60, 3, 0))).isEqualTo(40);
  }

  @Test
  void aFollowerWhoseRecordsWereAllDeletedIsNotSentBack() {
    assertThat(Divergence.between(log(0, 100, 1, 0), log(100, 100))).isEqualTo(100);
  }

  @Test
  void aFollowerWithRecordsBelowWhichAllIsDeletedLosesThoseAtMost() {
    Lineage leader = log(0, 103, 1, 0, 8, 100);
    assertThat(Divergence.between(leader, log(100, 105, 7, 100))).isEqualTo(100);
  }

  @Test
  void anEmptyLeaderEmptiesTheFollower() {
    assertThat(Divergence.between(log(0, 0), log(0, 12, 1, 0))).isZero();
    // An unclean leader that ends before the follower begins.
    assertThat(Divergence.between(log(0, 5, 0, 0), log(9, 12, 1, 9))).isEqualTo(5);
  }

  @Test
  void logsOlderThanEpochsAgreeUpToTheShorterEnd() {
    assertThat(Divergence.between(log(0, 50), log(0, 30))).isEqualTo(30);
    assertThat(Divergence.between(log(0, 50, 4, 20), log(0, 30))).isEqualTo(20);
  }

  @Test
  void bothEmptyStayAsTheyAre() {
    assertThat(Divergence.between(log(0, 0), log(0, 0))).isZero();
  }

  /**
   * @param epochs epoch, start offset, epoch, start offset, ...
   */
  private static Lineage log(long start, long end, int... epochs) {
    LeaderEpochs known = LeaderEpochs.NONE;
    for (int i = 0; i < epochs.length; i += 2) {
      known = known.with(epochs[i], epochs[i + 1]);
    }
    return new Lineage(known, start, end);
  }
}
