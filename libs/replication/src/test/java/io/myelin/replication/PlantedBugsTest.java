package io.myelin.replication;

import static org.assertj.core.api.Assertions.fail;

import io.myelin.log.LogView;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * A rule broken by itself: the model must find that something is lost. Those that no random run of
 * this length breaks (acknowledgements of former sessions, followers of another epoch) have tests
 * in LeaderReplicaTest.
 */
final class PlantedBugsTest {
  private static final int SEEDS = 30_000;
  private static final int STEPS = 400;

  @Test
  void findsAFollowerThatIsNotCutWhereTheLogsPart() { // KIP-101
    finds(
        () ->
            new LeaderRules() {
              @Override
              long startOffset(Lineage leader, Lineage follower) {
                return Math.max(
                    leader.logStartOffset(),
                    Math.min(leader.logEndOffset(), follower.logEndOffset()));
              }
            });
  }

  @Test
  void findsATruncationThatAsksForTheFollowersLastEpochOnly() { // KIP-279
    finds(
        () ->
            new LeaderRules() {
              @Override
              long startOffset(Lineage leader, Lineage follower) {
                LogView.EpochEnd end =
                    leader.epochs().endOffsetFor(follower.epochs().latest(), leader.logEndOffset());
                long offset = end.epoch() < 0 ? leader.logStartOffset() : end.endOffset();
                return Math.max(leader.logStartOffset(), Math.min(offset, follower.logEndOffset()));
              }
            });
  }

  @Test
  void findsANewLeaderThatTakesItsLogEndForTheWatermark() {
    finds(
        () ->
            new LeaderRules() {
              @Override
              long firstHighWatermark(long known, long logEnd) {
                return logEnd;
              }
            });
  }

  @Test
  void findsAWatermarkThatDoesNotCountMembersBeingAdded() {
    finds(
        () ->
            new LeaderRules() {
              @Override
              boolean counts(int broker, Set<Integer> committed, Set<Integer> proposed) {
                return committed.contains(broker);
              }
            });
  }

  @Test
  void findsAShrinkThatCountsBeforeItIsConfirmed() {
    finds(
        () ->
            new LeaderRules() {
              @Override
              boolean counts(int broker, Set<Integer> committed, Set<Integer> proposed) {
                return proposed.isEmpty() ? committed.contains(broker) : proposed.contains(broker);
              }
            });
  }

  @Test
  void findsAStaleProposalThatIsForgottenTooEarly() {
    finds(
        () ->
            new LeaderRules() {
              @Override
              boolean staleStillCounts() {
                return false;
              }
            });
  }

  @Test
  void findsAWatermarkThatMovesWithTooFewInSync() { // KIP-966
    finds(
        () ->
            new LeaderRules() {
              @Override
              boolean enoughInSync(int inSync, int inSyncMin) {
                return true;
              }
            });
  }

  @Test
  void findsAFollowerThatJoinsBeforeItHasWhatIsCommitted() {
    finds(
        () ->
            new LeaderRules() {
              @Override
              boolean holdsEnough(FollowerProgress follower, long highWatermark, long start) {
                return follower.acknowledged != FollowerProgress.UNKNOWN;
              }
            });
  }

  @Test
  void findsAFollowerThatJoinsBeforeItHasWhatTheEpochBeganWith() { // KIP-207
    finds(
        () ->
            new LeaderRules() {
              @Override
              boolean holdsEnough(FollowerProgress follower, long highWatermark, long start) {
                return follower.acknowledged >= highWatermark;
              }
            });
  }

  @Test
  void findsRecordsThatLeaveAGap() {
    finds(
        () -> new LeaderRules(),
        () ->
            new FollowerRules() {
              @Override
              boolean isOfThisSession(long session, long current) {
                return true;
              }

              @Override
              boolean follows(long fromOffset, long nextOffset) {
                return true;
              }
            });
  }

  @Test
  void findsRecordsOfAFormerLeader() {
    finds(
        () -> new LeaderRules(),
        () ->
            new FollowerRules() {
              @Override
              boolean isOfThisSession(long session, long current) {
                return true;
              }

              @Override
              boolean isOfThisEpoch(int epoch, int current) {
                return true;
              }
            });
  }

  @Test
  void findsAFollowerThatShowsMoreThanItHas() {
    finds(
        () -> new LeaderRules(),
        () ->
            new FollowerRules() {
              @Override
              long highWatermark(long leaders, long storedEnd) {
                return storedEnd;
              }
            });
  }

  private static void finds(Supplier<LeaderRules> leader) {
    finds(leader, FollowerRules::new);
  }

  private static void finds(Supplier<LeaderRules> leader, Supplier<FollowerRules> follower) {
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        new ModelCluster(seed, new ModelCluster.Rules(leader, follower)).run(STEPS);
      } catch (Violation found) {
        return;
      }
    }
    fail("the bug was not found in %d seeds", SEEDS);
  }
}
