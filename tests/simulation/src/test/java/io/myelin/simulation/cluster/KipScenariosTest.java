package io.myelin.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.partition.Partition;
import io.myelin.log.LogView;
import io.myelin.sim.Crash;
import io.myelin.simulation.ClientConnection;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The cases that Kafka's improvement proposals tell of, step by step. */
class KipScenariosTest extends PartitionScenario {

  @BeforeEach
  void begin() {
    begin(Map.of());
  }

  /** A follower cut to its own watermark would lose what is committed if it led next. */
  @Test
  void kip101AFollowerThatRestartsKeepsWhatLiesAboveTheWatermarkThatItKnows() {
    BrokerMachine follower = others(leader()).getFirst();
    isolate(follower, others(follower));
    long end = view(follower).logEndOffset();
    kill(follower);
    follower.start();
    stage.await("its log", () -> isOpen(follower));
    assertThat(view(follower).highWatermark()).isLessThan(end);
    assertThat(view(follower).logEndOffset()).isEqualTo(end);

    world.cluster().links().heal(follower.host);
    kill(leader());
    mendAllAndEndInAgreement();
  }

  /** Both had a record at the same offset, of different leaders: a watermark cannot tell them. */
  @Test
  void kip101ALeaderThatComesBackIsCutToWhereTheNextOneBegan() {
    BrokerMachine former = leader();
    long committed = writeUnsharedRecords(former);
    kill(former);
    awaitLeaderOtherThan(former);
    awaitMoreAcknowledged();
    long before = world.coverage().of(Count.TRUNCATIONS);

    former.start();
    stage.await("its truncation", () -> world.coverage().of(Count.TRUNCATIONS) > before);
    assertThat(view(former).logEndOffset()).isGreaterThanOrEqualTo(committed);
    mendAllAndEndInAgreement();
  }

  /** Two leaders in a row leave records of their own, which end at different offsets. */
  @Test
  void kip279LogsThatPartedInSeveralEpochsBecomeTheSame() {
    BrokerMachine first = leader();
    writeUnsharedRecords(first);
    kill(first);
    awaitLeaderOtherThan(first);
    awaitMoreAcknowledged();
    BrokerMachine second = leader();
    writeUnsharedRecords(second);
    kill(second);
    awaitLeaderOtherThan(second);

    first.start();
    awaitMoreAcknowledged();
    second.start();
    mendAllAndEndInAgreement();
    assertThat(world.coverage().of(Count.TRUNCATIONS)).isGreaterThanOrEqualTo(2);
  }

  /** Epochs tell consumers what a broker does not know yet, or a consumer not any more. */
  @Test
  void kip320AConsumerIsServedOnlyInTheEpochThatItKnows() {
    BrokerMachine former = leader();
    int formerEpoch = state().leaderEpoch();
    isolate(former, world.cluster().others(former));
    awaitLeaderOtherThan(former);
    awaitMoreAcknowledged();
    BrokerMachine newer = leader();
    int newerEpoch = state().leaderEpoch();

    assertThat(fetch(former, newerEpoch, -1, 0).errorCode())
        .isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
    assertThat(fetch(newer, formerEpoch, -1, 0).errorCode())
        .isEqualTo(Errors.FENCED_LEADER_EPOCH.code());
    assertThat(fetch(newer, newerEpoch, -1, 0).errorCode()).isEqualTo(Errors.NONE.code());
  }

  /** A consumer whose last record nobody has any more learns where its epoch ended. */
  @Test
  void kip320AConsumerLearnsWhereTheLogHasPartedFromWhatItHasRead() {
    BrokerMachine former = leader();
    int formerEpoch = state().leaderEpoch();
    long committed = writeUnsharedRecords(former);
    long end = view(former).logEndOffset();
    kill(former);
    awaitLeaderOtherThan(former);
    awaitMoreAcknowledged();

    PartitionData answer = fetch(leader(), state().leaderEpoch(), formerEpoch, end);
    assertThat(answer.divergingEpoch().epoch()).isEqualTo(formerEpoch);
    assertThat(answer.divergingEpoch().endOffset()).isBetween(committed, end - 1);
  }

  /** The last replica in sync loses its log: who left when nothing was committed any more leads. */
  @Test
  void kip966TheLastOneInSyncLosesItsLogAndAnEligibleReplicaLeads() {
    BrokerMachine last = leader();
    BrokerMachine early = others(last).getFirst();
    BrokerMachine eligible = others(last).getLast();
    killAllBut(last);
    assertThat(state().eligible()).containsExactly(eligible.id);
    long committed = ledger.end();
    stage.passTime(1_000);
    assertThat(ledger.end()).isEqualTo(committed);

    world.crash(last, Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    last.start();
    early.start();
    stage.await("both back", () -> last.isRegistered() && early.isRegistered());
    stage.passTime(3_000);
    assertThat(state().hasLeader()).isFalse();

    eligible.start();
    stage.await("a leader", () -> state().hasLeader());
    assertThat(state().leader()).isEqualTo(eligible.id);
    mendAllAndEndInAgreement();
  }

  private void isolate(BrokerMachine broker, List<? extends Machine> from) {
    for (Machine other : from) {
      world.cluster().links().cut(broker.host, broker.host, other.host);
      world.cluster().links().cut(broker.host, other.host, broker.host);
    }
  }

  /** Whoever follows gets nothing more, until the leader is gone; returns what is committed. */
  private long writeUnsharedRecords(BrokerMachine leader) {
    for (BrokerMachine follower : others(leader)) {
      world.cluster().links().cut(leader, leader.host, follower.host);
    }
    stage.passTime(50);
    long committed = ledger.end();
    stage.await("records of its own", () -> view(leader).logEndOffset() > committed + 3);
    return committed;
  }

  private boolean isOpen(BrokerMachine broker) {
    return broker.isServing() && partition(broker) != null && partition(broker).isOpen();
  }

  private Partition partition(BrokerMachine broker) {
    return broker.core().partitions().get(ledger.topic(), ledger.id());
  }

  private LogView view(BrokerMachine broker) {
    return partition(broker).view();
  }

  private void awaitLeaderOtherThan(BrokerMachine former) {
    stage.await("another leader", () -> state().hasLeader() && state().leader() != former.id);
  }

  private PartitionData fetch(
      BrokerMachine broker, int currentEpoch, int lastFetchedEpoch, long offset) {
    List<FetchResponseData> answers = new ArrayList<>();
    ClientConnection connection = ClientConnection.open(world, broker, "asking", () -> {});
    connection.call(
        ApiKeys.FETCH,
        (short) 12,
        new FetchRequestData()
            .setReplicaId(-1)
            .setMaxBytes(1 << 20)
            .setMaxWaitMs(0)
            .setMinBytes(1)
            .setSessionEpoch(-1)
            .setTopics(
                List.of(
                    new FetchTopic()
                        .setTopic(ledger.topic())
                        .setPartitions(
                            List.of(
                                new FetchPartition()
                                    .setPartition(ledger.id())
                                    .setCurrentLeaderEpoch(currentEpoch)
                                    .setLastFetchedEpoch(lastFetchedEpoch)
                                    .setFetchOffset(offset)
                                    .setPartitionMaxBytes(40_000))))),
        answer -> answers.add((FetchResponseData) answer));
    stage.await("an answer", () -> !answers.isEmpty());
    return answers.getFirst().responses().getFirst().partitions().getFirst();
  }
}
