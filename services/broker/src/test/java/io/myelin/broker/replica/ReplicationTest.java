package io.myelin.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.partition.AppendOutcome;
import io.myelin.metadata.ConfigKey;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ReplicationTest {
  private ThreeBrokers cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new ThreeBrokers();
    cluster.simulation.runFor(100);
  }

  @Test
  void recordsAreAcknowledgedWhenAllInSyncHaveThem() throws IOException {
    List<AppendOutcome> outcomes = cluster.produce(1, true, "a");
    cluster.simulation.runFor(100);

    assertThat(outcomes).containsExactly(new AppendOutcome.Stored(0, 1, -1, 0));
    for (int broker = 1; broker <= 3; broker++) {
      assertThat(cluster.view(broker).highWatermark()).isEqualTo(1);
    }
    assertThat(cluster.committed(2)).isEqualTo(cluster.committed(1));
    assertThat(cluster.committed(3)).isEqualTo(cluster.committed(1));
  }

  @Test
  void anotherLeaderGoesOnAndTheOldOneIsCutAndComesBackInSync() throws IOException {
    cluster.produce(1, true, "a");
    cluster.simulation.runFor(100);
    cluster.cutOff(1);
    List<AppendOutcome> lost = cluster.produce(1, false, "nobody else has this");
    cluster.elect(2, List.of(2, 3));
    cluster.simulation.runFor(100);
    List<AppendOutcome> kept = cluster.produce(2, true, "b");
    cluster.simulation.runFor(100);
    assertThat(lost).hasSize(1);
    assertThat(kept).containsExactly(new AppendOutcome.Stored(1, 2, -1, 0));

    cluster.bringBack(1);
    cluster.simulation.runFor(1_000);

    assertThat(cluster.state().inSync()).containsExactlyInAnyOrder(1, 2, 3);
    cluster.produce(2, true, "c");
    cluster.simulation.runFor(100);
    assertThat(cluster.view(1).logEndOffset()).isEqualTo(3);
    assertThat(cluster.committed(1)).isEqualTo(cluster.committed(2));
    assertThat(cluster.committed(3)).isEqualTo(cluster.committed(2));
  }

  @Test
  void aFollowerThatLacksNoRecordLearnsTheWatermarkWhenItOpens() {
    cluster.produce(1, true, "a");
    cluster.simulation.runFor(10);
    cluster.silence(3);
    cluster.simulation.runFor(100);
    assertThat(cluster.view(3).logEndOffset()).isEqualTo(1);
    assertThat(cluster.view(3).highWatermark()).isZero();

    cluster.bringBack(3);
    cluster.simulation.runFor(100);
    assertThat(cluster.view(3).highWatermark()).isEqualTo(1);
  }

  @Test
  void aFollowerWhoseBrokerRegistersAnewWithoutADisconnectionComesBackInSync() {
    cluster.registerAnew(3);
    assertThat(cluster.state().inSync()).containsExactlyInAnyOrder(1, 2);

    cluster.simulation.runFor(1_000);
    assertThat(cluster.state().inSync()).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void aFollowerIsSentRecordsAlthoughItsLeadersOwnStreamToItBreaks() {
    cluster.breakStreams(1, 3);
    List<AppendOutcome> outcomes = cluster.produce(1, true, "a");
    cluster.simulation.runFor(100);

    assertThat(outcomes).containsExactly(new AppendOutcome.Stored(0, 1, -1, 0));
  }

  @Test
  void aFollowerWhoseStreamBreaksOpensAnotherOne() {
    cluster.breakStreams(3, 1);
    List<AppendOutcome> outcomes = cluster.produce(1, true, "a");
    cluster.simulation.runFor(100);

    assertThat(outcomes).containsExactly(new AppendOutcome.Stored(0, 1, -1, 0));
  }

  @Test
  void aFollowerThatFallsBehindLeavesTheSetAndProducersGoOn() {
    cluster.silence(3);
    List<AppendOutcome> outcomes = cluster.produce(1, true, "a");
    cluster.simulation.runFor(ThreeBrokers.LAG_MS / 2);
    assertThat(outcomes).isEmpty();

    cluster.simulation.runFor(3 * ThreeBrokers.LAG_MS);
    assertThat(cluster.state().inSync()).containsExactlyInAnyOrder(1, 2);
    assertThat(outcomes).containsExactly(new AppendOutcome.Stored(0, 1, -1, 0));
  }

  @Test
  void countsWhatGoesToFollowersAndWhoLeavesAndJoins() {
    cluster.produce(1, true, "a");
    cluster.simulation.runFor(100);
    long bytes = cluster.counts(2).bytesIn();
    assertThat(bytes).isPositive();
    assertThat(cluster.counts(3).bytesIn()).isEqualTo(bytes);
    assertThat(cluster.counts(1).bytesOut()).isEqualTo(2 * bytes);
    assertThat(cluster.counts(1).bytesIn()).isZero();

    cluster.silence(3);
    cluster.produce(1, true, "b");
    cluster.simulation.runFor(3 * ThreeBrokers.LAG_MS);
    cluster.bringBack(3);
    cluster.simulation.runFor(ThreeBrokers.LAG_MS);

    assertThat(cluster.state().inSync()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(cluster.counts(1).inSyncShrinks()).isEqualTo(1);
    assertThat(cluster.counts(1).inSyncExpands()).isEqualTo(1);
  }

  @Test
  void aFollowerWithoutRoomLeavesTheSetAtOnceAndComesBackWhenThereIsRoom() throws IOException {
    cluster.fillDisk(3);
    List<AppendOutcome> outcomes = cluster.produce(1, true, "a");
    cluster.simulation.runFor(ThreeBrokers.LAG_MS / 2);
    assertThat(cluster.state().inSync()).containsExactlyInAnyOrder(1, 2);
    assertThat(outcomes).containsExactly(new AppendOutcome.Stored(0, 1, -1, 0));

    cluster.emptyDisk(3);
    cluster.simulation.runFor(3_000);
    assertThat(cluster.state().inSync()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(cluster.committed(3)).isEqualTo(cluster.committed(1));
  }

  @Test
  void aFollowerWithoutRoomToFlushLeavesTheSetAtOnceAndComesBackWhenThereIsRoom()
      throws IOException {
    ThreeBrokers flushing = aLeaderOfANewEpochThatFlushes();
    // For the records, but not for the checkpoint of the new epoch.
    flushing.fillDiskBut(3, flushing.view(1).sizeInBytes());
    List<AppendOutcome> outcomes = flushing.produce(1, true, "b");
    flushing.simulation.runFor(ThreeBrokers.LAG_MS / 2);
    assertThat(flushing.view(3).logEndOffset()).isEqualTo(2);
    assertThat(flushing.state().inSync()).containsExactlyInAnyOrder(1, 2);
    assertThat(outcomes).containsExactly(new AppendOutcome.Stored(1, 2, -1, 0));

    flushing.simulation.runFor(10_000);
    assertThat(flushing.state().inSync()).containsExactlyInAnyOrder(1, 2);

    flushing.emptyDisk(3);
    flushing.simulation.runFor(3_000);
    assertThat(flushing.state().inSync()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(flushing.committed(3)).isEqualTo(flushing.committed(1));
  }

  @Test
  void aFollowerWhoseFlushFailsLeavesTheSetAtOnceAndStaysAway() throws IOException {
    ThreeBrokers flushing = aLeaderOfANewEpochThatFlushes();
    flushing.failForces(3);
    List<AppendOutcome> outcomes = flushing.produce(1, true, "b");
    flushing.simulation.runFor(ThreeBrokers.LAG_MS / 2);
    assertThat(flushing.state().inSync()).containsExactlyInAnyOrder(1, 2);
    assertThat(outcomes).containsExactly(new AppendOutcome.Stored(1, 2, -1, 0));

    flushing.healDisk(3);
    flushing.produce(1, true, "c");
    flushing.simulation.runFor(10_000);
    assertThat(flushing.state().inSync()).containsExactlyInAnyOrder(1, 2);
    assertThat(flushing.partition(3).failure()).isNotNull();
  }

  private static ThreeBrokers aLeaderOfANewEpochThatFlushes() throws IOException {
    ThreeBrokers flushing = ThreeBrokers.flushing();
    flushing.simulation.runFor(100);
    flushing.produce(1, true, "a");
    flushing.simulation.runFor(100);
    flushing.elect(1, List.of(1, 2, 3));
    flushing.simulation.runFor(100);
    return flushing;
  }

  @Test
  void aLeaderWithoutRoomHasAnotherOneLeadAndComesBackAsAFollower() throws IOException {
    cluster.produce(1, true, "a");
    cluster.simulation.runFor(100);
    cluster.fillDisk(1);
    List<AppendOutcome> refused = cluster.produce(1, true, "b");
    cluster.simulation.runFor(100);
    assertThat(refused).hasOnlyElementsOfType(AppendOutcome.Refused.class);
    assertThat(cluster.state().leader()).isEqualTo(2);

    List<AppendOutcome> taken = cluster.produce(2, true, "b");
    cluster.simulation.runFor(100);
    assertThat(cluster.state().inSync()).containsExactlyInAnyOrder(2, 3);
    assertThat(taken).containsExactly(new AppendOutcome.Stored(1, 2, -1, 0));

    cluster.emptyDisk(1);
    cluster.simulation.runFor(3_000);
    assertThat(cluster.state().inSync()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(cluster.committed(1)).isEqualTo(cluster.committed(2));
  }

  @Test
  void producersThatWaitForAllAreRefusedWhenTooFewAreInSync() {
    cluster.silence(2);
    cluster.silence(3);
    List<AppendOutcome> waiting = cluster.produce(1, true, "a");
    cluster.simulation.runFor(4 * ThreeBrokers.LAG_MS);
    List<AppendOutcome> refused = cluster.produce(1, true, "b");
    List<AppendOutcome> taken = cluster.produce(1, false, "c");
    cluster.simulation.runFor(100);

    assertThat(waiting).containsExactly(new AppendOutcome.NotEnoughReplicas(true));
    assertThat(refused).containsExactly(new AppendOutcome.NotEnoughReplicas(false));
    assertThat(taken).hasSize(1);
    assertThat(cluster.view(1).highWatermark()).isZero();

    cluster.bringBack(2);
    cluster.bringBack(3);
    cluster.simulation.runFor(1_000);
    assertThat(cluster.state().inSync()).hasSize(3);
    assertThat(cluster.view(1).highWatermark()).isEqualTo(2);
  }

  private void configureInSyncMin(int min) {
    cluster.configure(
        new ConfigKey(ConfigKey.Type.TOPIC, "t"),
        Map.of("min.insync.replicas", Integer.toString(min)));
  }

  @Test
  void aLeaderObeysAnotherMinimumAtOnce() {
    cluster.silence(2);
    cluster.silence(3);
    cluster.produce(1, false, "a");
    cluster.simulation.runFor(4 * ThreeBrokers.LAG_MS); // the leader is alone in sync
    configureInSyncMin(1);
    List<AppendOutcome> taken = cluster.produce(1, true, "b");
    cluster.simulation.runFor(100);
    configureInSyncMin(2);
    List<AppendOutcome> refused = cluster.produce(1, true, "c");
    cluster.simulation.runFor(100);

    assertThat(taken).containsExactly(new AppendOutcome.Stored(1, 2, -1, 0));
    assertThat(refused).containsExactly(new AppendOutcome.NotEnoughReplicas(false));
  }

  @Test
  void aHigherMinimumHoldsForTheSmallerSetThatComesWithIt() {
    configureInSyncMin(1);
    cluster.silence(2);
    cluster.silence(3);
    List<AppendOutcome> waiting = cluster.produce(1, true, "a");
    cluster.simulation.runFor(100);

    cluster.change(2, List.of(1));
    cluster.simulation.runFor(100);

    assertThat(waiting).containsExactly(new AppendOutcome.NotEnoughReplicas(true));
    assertThat(cluster.view(1).highWatermark()).isZero();
  }

  @Test
  void theOnlyReplicaThatIsLeftCommitsAllThatItHasAndSaysSoOnlyThen() {
    becomesTheOnlyOne(cluster);
  }

  @Test
  void theOnlyReplicaThatIsLeftFlushesWhatItHasAndSaysSoOnlyThen() throws IOException {
    becomesTheOnlyOne(ThreeBrokers.flushing());
  }

  private static void becomesTheOnlyOne(ThreeBrokers some) {
    some.simulation.runFor(100);
    some.produce(1, true, "a");
    some.simulation.runFor(100);
    some.cutOff(2);
    some.produce(1, true, "b"); // the follower learns of it, and not that it is committed
    some.simulation.runFor(1);
    some.leaveAlone(3);
    assertThat(some.partition(3).isLeading()).isTrue();
    assertThat(some.partition(3).isReadable()).as("its shard has not taken the lead").isFalse();

    some.simulation.runFor(100);
    assertThat(some.partition(3).isReadable()).isTrue();
    assertThat(some.view(3).highWatermark()).isEqualTo(some.view(3).logEndOffset()).isPositive();
  }

  @Test
  void producersThatWaitForOthersAreAnsweredWhenThereAreNoneAnyMore() {
    cluster.cutOff(2);
    cluster.cutOff(3);
    List<AppendOutcome> outcomes = cluster.produce(1, true, "a");
    cluster.simulation.runFor(100);
    assertThat(outcomes).isEmpty();

    cluster.leaveAlone(1);
    cluster.simulation.runFor(10);

    assertThat(outcomes).containsExactly(new AppendOutcome.Stored(0, 1, -1, 0));
  }

  @Test
  void aBrokerThatIsAboutToStopFollowsNobody() {
    cluster.drain(1, 2, List.of(2, 3));
    List<AppendOutcome> outcomes = cluster.produce(2, true, "a");
    cluster.simulation.runFor(1_000);

    assertThat(outcomes).containsExactly(new AppendOutcome.Stored(0, 1, -1, 0));
    assertThat(cluster.view(3).logEndOffset()).isEqualTo(1);
    assertThat(cluster.view(1).logEndOffset()).isZero();
  }

  @Test
  void whatWasReadWaitsWhileTheFollowersStreamIsFull() {
    cluster.cutOff(3);
    cluster.elect(1, List.of(1, 2));
    cluster.simulation.runFor(100);
    for (int i = 0; i < 12; i++) {
      cluster.produce(1, true, "x".repeat(1 << 20)); // the first ones are not in memory any more
    }
    cluster.simulation.runFor(500);
    int before = cluster.asked();

    cluster.bringBack(3);
    // Once before it is read, and once more when a reader has time.
    assertThat(cluster.simulation.runUntil(() -> cluster.asked() == before + 2, 1_000)).isTrue();
    cluster.fillStreams(3);
    cluster.simulation.runFor(1_000);
    assertThat(cluster.sentToFull()).isZero();
    assertThat(cluster.view(3).logEndOffset()).isZero();

    cluster.emptyStreams(3);
    cluster.simulation.runFor(1_000);
    assertThat(cluster.view(3).logEndOffset()).isEqualTo(12);
  }

  @Test
  void producersLearnThatTheirLeaderIsNoneAnyMore() {
    cluster.silence(2);
    cluster.silence(3);
    List<AppendOutcome> waiting = cluster.produce(1, true, "a");
    cluster.simulation.runFor(100);
    cluster.elect(2, List.of(2, 3));
    cluster.simulation.runFor(100);

    assertThat(waiting).containsExactly(new AppendOutcome.NotLeader());
  }

  @Test
  void aReplicaThatCatchesUpIsThrottledAndOnesInSyncAreNot() {
    cluster.configure(
        new ConfigKey(ConfigKey.Type.TOPIC, "t"),
        Map.of("leader.replication.throttled.replicas", "*"));
    cluster.configure(
        new ConfigKey(ConfigKey.Type.BROKER, "1"),
        Map.of("leader.replication.throttled.rate", "100000"));
    cluster.cutOff(3);
    cluster.elect(1, List.of(1, 2));
    cluster.simulation.runFor(100);
    for (int i = 0; i < 10; i++) {
      cluster.produce(1, true, "x".repeat(100_000));
    }
    cluster.simulation.runFor(200);
    assertThat(cluster.view(2).logEndOffset()).isEqualTo(10);

    cluster.bringBack(3);
    cluster.simulation.runFor(3_000);
    assertThat(cluster.view(3).logEndOffset()).isBetween(1L, 8L);
    List<AppendOutcome> outcomes = cluster.produce(1, true, "small");
    cluster.simulation.runFor(100);
    assertThat(outcomes).hasSize(1);

    cluster.simulation.runFor(10_000);
    assertThat(cluster.view(3).logEndOffset()).isEqualTo(11);
    assertThat(cluster.state().inSync()).contains(3);
  }
}
