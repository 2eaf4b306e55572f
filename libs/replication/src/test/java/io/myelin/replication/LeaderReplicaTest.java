package io.myelin.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.epoch.LeaderEpochs;
import io.myelin.replication.LeaderEvent.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LeaderReplicaTest {
  private static final Set<Integer> ALL = Set.of(1, 2, 3);
  private static final Map<Integer, Peer> PEERS =
      Map.of(1, new Peer(11, true), 2, new Peer(12, true), 3, new Peer(13, true));
  private static final Lineage LINEAGE = new Lineage(LeaderEpochs.NONE.with(5, 0), 0, 10);

  private static final Limits LIMITS = new Limits(2, 1000);

  private final List<LeaderEffect> effects = new ArrayList<>();
  private LeaderReplica leader = leading(ALL, 10, 10);

  @Test
  void theWatermarkIsTheLeastThatAllInSyncHave() {
    appended(15, 0);
    acknowledged(2, 14, 1);
    assertThat(leader.highWatermark()).isEqualTo(10);
    acknowledged(3, 12, 2);
    assertThat(leader.highWatermark()).isEqualTo(12);
    assertThat(effects).containsExactly(new LeaderEffect.AdvanceHighWatermark(12));
  }

  @Test
  void aFollowerThatOpensAgainHoldsTheWatermarkUntilItHasSpoken() {
    appended(15, 0);
    acknowledged(2, 15, 1);
    acknowledged(3, 12, 1);
    open(3, 2);
    appended(16, 2);
    acknowledged(2, 16, 3);
    assertThat(leader.highWatermark()).isEqualTo(12);
    decide(new LeaderEvent.Acknowledged(3, 1, 16, 4)); // late, of the former opening
    assertThat(leader.highWatermark()).isEqualTo(12);
    decide(new LeaderEvent.Acknowledged(3, 2, 16, 4));
    assertThat(leader.highWatermark()).isEqualTo(16);
  }

  @Test
  void aShrinkCountsOnlyOnceItIsConfirmed() {
    appended(15, 0);
    acknowledged(2, 15, 1);
    decide(new LeaderEvent.Tick(2000));
    assertThat(proposal().inSync()).containsExactlyInAnyOrder(1, 2);
    assertThat(leader.highWatermark()).isEqualTo(10);

    decide(new LeaderEvent.Committed(new Membership(ALL, Set.of(1, 2), 2), LIMITS, 2001));
    assertThat(leader.highWatermark()).isEqualTo(15);
  }

  @Test
  void onlyOneChangeIsAskedForAtATime() {
    appended(15, 0);
    acknowledged(2, 15, 1);
    decide(new LeaderEvent.Tick(2000));
    effects.clear();
    appended(20, 2000);
    decide(new LeaderEvent.Tick(9000));
    assertThat(effects).isEmpty();
  }

  @Test
  void aFollowerThatKeepsUpWithAnOlderEndIsNotLate() {
    for (int i = 1; i <= 100; i++) {
      appended(10 + i, i * 100L);
      acknowledged(2, 10 + i, i * 100L);
      acknowledged(3, 10 + Math.max(0, i - 5), i * 100L); // half a second behind, for ever
      decide(new LeaderEvent.Tick(i * 100L));
    }
    assertThat(effects).noneMatch(effect -> effect instanceof LeaderEffect.Propose);
  }

  @Test
  void aFollowerThatFallsBehindMoreAndMoreIsLate() {
    for (int i = 1; i <= 100; i++) {
      appended(10 + i, i * 100L);
      acknowledged(2, 10 + i, i * 100L);
      acknowledged(3, 10 + i / 2, i * 100L);
      decide(new LeaderEvent.Tick(i * 100L));
    }
    assertThat(proposal().inSync()).containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void aFollowerThatCannotStoreIsNotWaitedForAndComesBackWhenItCan() {
    appended(15, 0);
    acknowledged(2, 15, 1);
    acknowledged(3, 15, 1);
    decide(new LeaderEvent.CannotStore(3, 0, 2)); // of a former opening
    assertThat(effects).noneMatch(effect -> effect instanceof LeaderEffect.Propose);
    decide(new LeaderEvent.CannotStore(3, 1, 2));
    assertThat(proposal().inSync()).containsExactlyInAnyOrder(1, 2);

    int epoch = proposal().partitionEpoch();
    decide(new LeaderEvent.Committed(new Membership(ALL, Set.of(1, 2), epoch + 1), LIMITS, 3));
    appended(20, 4);
    acknowledged(2, 20, 5);
    assertThat(leader.highWatermark()).isEqualTo(20);
    effects.clear();
    acknowledged(3, 20, 6); // it was on its way
    assertThat(effects).noneMatch(effect -> effect instanceof LeaderEffect.Propose);
    open(3, 2);
    decide(new LeaderEvent.Acknowledged(3, 2, 20, 7));
    assertThat(proposal().inSync()).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void aLeaderWithoutRoomHasAnotherOneLeadIfEnoughAreLeft() {
    decide(new LeaderEvent.CannotLead(false, 1));
    assertThat(proposal().inSync()).containsExactlyInAnyOrder(2, 3);
    assertThat(proposal().brokerEpochs()).containsEntry(2, 12L).containsEntry(3, 13L);

    effects.clear();
    leader = leading(Set.of(1, 2), 10, 10);
    decide(new LeaderEvent.CannotLead(false, 1));
    assertThat(effects).isEmpty();
    decide(new LeaderEvent.CannotLead(true, 1)); // nothing is gained by staying
    assertThat(proposal().inSync()).containsExactly(2);
  }

  @Test
  void aLeaderThatHasRoomAgainStays() {
    leader = leading(Set.of(1, 2), 10, 10);
    open(2, 1);
    open(3, 1);
    decide(new LeaderEvent.CannotLead(false, 1));
    appended(15, 2);
    effects.clear();
    acknowledged(2, 15, 3);
    acknowledged(3, 15, 3);
    assertThat(proposal().inSync()).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void aSilentFollowerOfAnIdlePartitionStaysInSync() {
    appended(15, 0);
    acknowledged(2, 15, 0);
    acknowledged(3, 15, 0);
    effects.clear();
    decide(new LeaderEvent.Tick(1_000_000));
    appended(16, 1_000_000);
    decide(new LeaderEvent.Tick(1_000_900));
    assertThat(effects).isEmpty();
    decide(new LeaderEvent.Tick(1_001_100));
    assertThat(proposal().inSync()).containsExactly(1);
  }

  @Test
  void aFollowerJoinsWhenItHasWhatIsCommittedAndWhatTheEpochBeganWith() {
    leader = leading(Set.of(1, 2), 10, 4);
    open(2, 1);
    open(3, 1);
    effects.clear();
    acknowledged(3, 9, 0);
    assertThat(effects).isEmpty();
    acknowledged(3, 10, 1);
    assertThat(proposal().inSync()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(proposal().brokerEpochs()).containsEntry(3, 13L);
  }

  @Test
  void aMemberBeingAddedCountsForTheWatermark() {
    leader = leading(Set.of(1, 2), 10, 10);
    open(2, 1);
    open(3, 1);
    acknowledged(2, 10, 0);
    acknowledged(3, 10, 0);
    appended(20, 1);
    acknowledged(2, 20, 2);
    assertThat(leader.highWatermark()).isEqualTo(10);
    int epoch = proposal().partitionEpoch();
    decide(new LeaderEvent.Refused(epoch, Refusal.STALE)); // perhaps made stale by itself
    assertThat(leader.highWatermark()).isEqualTo(10);
    decide(new LeaderEvent.Committed(new Membership(ALL, Set.of(1, 2), epoch + 1), LIMITS, 3));
    acknowledged(2, 20, 3);
    assertThat(leader.highWatermark()).isEqualTo(20);
  }

  @Test
  void aProposalWhoseFateIsUnknownIsRepeatedWordForWord() {
    leader = leading(Set.of(1, 2), 10, 10);
    open(3, 1);
    acknowledged(3, 10, 0);
    LeaderEffect.Proposal first = proposal();
    effects.clear();
    decide(new LeaderEvent.Refused(first.partitionEpoch(), Refusal.UNKNOWN));
    assertThat(effects).isEmpty();
    decide(new LeaderEvent.Tick(500));
    assertThat(proposal()).isEqualTo(first);
  }

  @Test
  void fencedDrainingAndFormerFollowersDoNotJoin() {
    leader = leading(Set.of(1, 2), 10, 10);
    decide(new LeaderEvent.PeersChanged(Map.of(2, new Peer(12, true), 3, new Peer(13, false))));
    open(3, 1);
    acknowledged(3, 10, 0);
    assertThat(effects).noneMatch(effect -> effect instanceof LeaderEffect.Propose);

    // Restarted: what the former process had stored does not count.
    decide(new LeaderEvent.PeersChanged(Map.of(2, new Peer(12, true), 3, new Peer(14, true))));
    assertThat(leader.acknowledged(3)).isEqualTo(-1);
    assertThat(effects).noneMatch(effect -> effect instanceof LeaderEffect.Propose);
  }

  @Test
  void theWatermarkRestsWhileTooFewAreInSync() {
    leader = leading(Set.of(1), 10, 10);
    assertThat(leader.acceptsAcksAll()).isFalse();
    appended(15, 0);
    assertThat(leader.highWatermark()).isEqualTo(10);
    decide(new LeaderEvent.LimitsChanged(new Limits(1, 1000)));
    assertThat(leader.highWatermark()).isEqualTo(15);
  }

  @Test
  void aSetAndAMinimumOfTheSameImageAreTakenTogether() {
    leader = leading(Set.of(1, 2), 10, 10, 1);
    appended(15, 0);
    decide(new LeaderEvent.Committed(new Membership(ALL, Set.of(1), 2), LIMITS, 1));
    assertThat(leader.highWatermark()).as("one in sync, raised to two").isEqualTo(10);

    leader = leading(Set.of(1, 2), 10, 10, 3);
    open(2, 1);
    appended(15, 0);
    acknowledged(2, 15, 1);
    decide(new LeaderEvent.Committed(new Membership(ALL, Set.of(1), 2), LIMITS, 2));
    assertThat(leader.highWatermark()).as("two in sync until then, lowered to two").isEqualTo(10);
  }

  @Test
  void producersThatWaitAreToldWhenTheSetHasShrunkTooFar() {
    appended(15, 0);
    effects.clear();
    decide(new LeaderEvent.Committed(new Membership(ALL, Set.of(1), 2), LIMITS, 1));
    assertThat(effects).containsExactly(new LeaderEffect.RefuseWaiting());
  }

  @Test
  void onlyReplicaOfATopicThatDemandsTwoIsEnough() {
    leader =
        new LeaderReplica(
            1, 5, 10, 10, new Membership(Set.of(1), Set.of(1), 1), PEERS, new Limits(2, 1000), 0);
    assertThat(leader.acceptsAcksAll()).isTrue();
    appended(11, 0);
    assertThat(leader.highWatermark()).isEqualTo(11);
  }

  @Test
  void aNewLeaderIsReadableOnceTheWatermarkHasPassedItsBeginning() {
    leader = leading(ALL, 10, 4);
    assertThat(leader.isReadable()).isFalse();
    open(2, 1);
    open(3, 1);
    acknowledged(2, 10, 0);
    acknowledged(3, 10, 0);
    assertThat(leader.isReadable()).isTrue();
  }

  @Test
  void aFollowerOfAnotherEpochIsTurnedAway() {
    decide(new LeaderEvent.Opened(2, 9, 12, 4, LINEAGE, LINEAGE));
    assertThat(effects).containsExactly(new LeaderEffect.TurnAway(2, 9));
  }

  @Test
  void theWatermarkNeverPassesWhatTheLeadersOwnDiskHas() {
    decide(new LeaderEvent.Appended(15, 12, 0));
    acknowledged(2, 15, 1);
    acknowledged(3, 15, 1);
    assertThat(leader.highWatermark()).isEqualTo(12);
  }

  /** With followers 2 and 3 open in session 1, where they are replicas at the start. */
  private LeaderReplica leading(Set<Integer> inSync, long logEnd, long highWatermark) {
    return leading(inSync, logEnd, highWatermark, LIMITS.inSyncMin());
  }

  private LeaderReplica leading(
      Set<Integer> inSync, long logEnd, long highWatermark, int inSyncMin) {
    LeaderReplica replica =
        new LeaderReplica(
            1,
            5,
            logEnd,
            highWatermark,
            new Membership(ALL, inSync, 1),
            PEERS,
            new Limits(inSyncMin, LIMITS.lagMsMax()),
            0);
    if (inSync.equals(ALL)) {
      for (int follower : List.of(2, 3)) {
        replica.decide(
            new LeaderEvent.Opened(follower, 1, PEERS.get(follower).epoch(), 5, LINEAGE, LINEAGE));
      }
    }
    return replica;
  }

  private void open(int follower, long session) {
    decide(
        new LeaderEvent.Opened(
            follower, session, PEERS.get(follower).epoch(), 5, LINEAGE, LINEAGE));
  }

  private void appended(long end, long nowMs) {
    decide(new LeaderEvent.Appended(end, end, nowMs));
  }

  private void acknowledged(int follower, long offset, long nowMs) {
    decide(new LeaderEvent.Acknowledged(follower, 1, offset, nowMs));
  }

  private void decide(LeaderEvent event) {
    effects.addAll(leader.decide(event));
  }

  private LeaderEffect.Proposal proposal() {
    return effects.stream()
        .filter(effect -> effect instanceof LeaderEffect.Propose)
        .map(effect -> ((LeaderEffect.Propose) effect).proposal())
        .reduce((first, second) -> second)
        .orElseThrow();
  }
}
