package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller.ConfigChange;
import io.myelin.metadata.Controller.Election;
import io.myelin.metadata.Controller.Member;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.Controller.TopicPartition;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.RecordChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Brokers come and go; partitions follow. */
class ClusterLifeTest extends ThreeBrokers {

  @Test
  void aClusterBeginsWithAMinimumForAllItsProcesses() {
    assertThat(controller.image().config(TopicRules.ALL_BROKERS))
        .containsExactly(Map.entry("min.insync.replicas", "2"));
  }

  @Test
  void anotherControllersFileDoesNotChangeTheMinimum() {
    assertThat(nextController(1).image().config(TopicRules.ALL_BROKERS))
        .containsExactly(Map.entry("min.insync.replicas", "2"));
  }

  @Test
  void aClusterThatHasNoMinimumYetGetsOne() {
    store
        .commit(
            CommitPlan.transaction(
                List.of(RecordChange.delete(MetadataKeys.config(TopicRules.ALL_BROKERS)))))
        .join();

    assertThat(nextController(3).image().config(TopicRules.ALL_BROKERS))
        .containsExactly(Map.entry("min.insync.replicas", "3"));
  }

  @Test
  void aFencedBrokerLeadsNothingAndIsInSyncWithNothing() {
    assertOk(controller.fence(1).join());

    assertThat(partition(0).leader()).isEqualTo(2);
    assertThat(partition(0).inSync()).containsExactly(2, 3);
    assertThat(partition(1).leader()).isEqualTo(2);
    assertThat(partition(1).inSync()).containsExactlyInAnyOrder(2, 3);
    assertThat(controller.image().brokers().get(1).fenced()).isTrue();
  }

  @Test
  void aBrokerThatRegistersAnewIsFencedUntilItHasCaughtUp() {
    long before = controller.image().brokers().get(1).epoch();

    long epoch = comes(1, true, "disk");

    assertThat(epoch).isGreaterThan(before);
    assertThat(controller.image().brokers().get(1).fenced()).isTrue();
    assertThat(partition(0).leader()).isEqualTo(2);
  }

  @Test
  void aBrokerThatLostItsPageCacheIsNotEligible() {
    controller.fence(3).join();
    controller.fence(2).join();
    assertThat(partition(0).eligible()).containsExactly(2);

    comes(2, false, "disk after a reboot");

    assertThat(partition(0).eligible()).isEmpty();
    assertThat(partition(0).lastKnown()).containsExactly(2);
  }

  @Test
  void aBrokerThatWasKilledKeepsWhatItHas() {
    controller.fence(3).join();
    controller.fence(2).join();

    comes(2, false, "disk");

    assertThat(partition(0).eligible()).containsExactly(2);
  }

  @Test
  void aDrainedBrokerLeadsNothingThatOthersCanLead() {
    assertOk(controller.drain(2).join());

    assertThat(partition(1).leader()).isEqualTo(3);
    assertThat(partition(0).inSync()).doesNotContain(2);
    assertRefused(wants(0, member(1), member(1), member(2), member(3)), Refusal.INELIGIBLE_REPLICA);
  }

  @Test
  void theLeaderShrinksAndGrowsTheInSyncSet() {
    assertOk(wants(0, member(1), member(1), member(2)));
    assertThat(partition(0).inSync()).containsExactly(1, 2);

    assertOk(wants(0, member(1), member(1), member(2), member(3)));
    assertThat(partition(0).inSync()).containsExactly(1, 2, 3);
    assertThat(partition(0).leaderEpoch()).isZero();
  }

  @Test
  void aLeaderThatLeavesTheSetHasAnotherOneLead() {
    assertOk(wants(0, member(1), member(2), member(3)));
    assertThat(partition(0).inSync()).containsExactly(2, 3);
    assertThat(partition(0).leader()).isEqualTo(2);
    assertThat(partition(0).leaderEpoch()).isOne();
  }

  @Test
  void onlyTheLeaderOfThisEpochAltersAPartition() {
    Member former = member(1);
    assertRefused(wants(0, member(2), member(2)), Refusal.INVALID_REQUEST);
    assertRefused(
        wants(0, former, former, new Member(2, member(2).brokerEpoch() - 1)),
        Refusal.INELIGIBLE_REPLICA);

    comes(1, true, "disk");

    assertRefused(wants(0, former, former), Refusal.STALE_BROKER_EPOCH);
  }

  @Test
  void preferredLeadersComeBack() {
    controller.fence(1).join();
    controller.unfence(1).join();
    assertOk(wants(0, member(2), member(1), member(2), member(3)));

    Map<TopicPartition, Result<PartitionImage>> elected =
        controller.electLeaders(Election.PREFERRED, List.of()).join();

    assertThat(elected).containsOnlyKeys(new TopicPartition("a", 0));
    assertThat(partition(0).leader()).isEqualTo(1);
    assertRefused(
        controller
            .electLeaders(Election.PREFERRED, List.of(new TopicPartition("a", 0)))
            .join()
            .get(new TopicPartition("a", 0)),
        Refusal.ELECTION_NOT_NEEDED);
  }

  @Test
  void anEligibleReplicaLeadsWhenTheLastOneInSyncGoes() {
    controller.fence(2).join();
    controller.fence(3).join(); // nothing was committed after this
    controller.unfence(3).join();

    controller.fence(1).join();

    assertThat(partition(0).leader()).isEqualTo(3);
    assertThat(partition(0).inSync()).containsExactly(3);
    assertThat(partition(0).eligible()).containsExactly(1);
  }

  @Test
  void whereTheTopicAllowsItAReplicaOutOfSyncLeads() {
    controller
        .alterConfigs(
            List.of(
                new ConfigChange(
                    new ConfigKey(ConfigKey.Type.TOPIC, "a"),
                    Map.of(
                        "unclean.leader.election.enable",
                        Optional.of("true"),
                        "min.insync.replicas",
                        Optional.of("1")))))
        .join();
    controller.fence(2).join();
    controller.fence(3).join();
    controller.unfence(3).join();

    controller.fence(1).join();

    assertThat(partition(0).leader()).isEqualTo(3);
    assertThat(partition(0).inSync()).containsExactly(3);
  }

  @Test
  void onlyABrokerThatIsGoneIsForgotten() {
    assertRefused(controller.unregisterBroker(1).join(), Refusal.INVALID_REQUEST);
    assertRefused(controller.unregisterBroker(7).join(), Refusal.UNKNOWN_BROKER);
    long epoch = controller.image().brokers().get(1).epoch();
    controller.fence(1).join();

    assertOk(controller.unregisterBroker(1).join());

    assertThat(controller.image().brokers()).doesNotContainKey(1);
    assertThat(comes(1, true, "disk")).isGreaterThan(epoch);
  }

  private PartitionImage placed(String topic) {
    controller.createTopics(List.of(new NewTopic(topic, 1, 2, Map.of(), Map.of())), false).join();
    return controller.image().partition(topic, 0);
  }

  @Test
  void aCordonedBrokerGetsNoNewPartitions() {
    assertOk(controller.cordon(2, true).join());

    for (int i = 0; i < 10; i++) {
      assertThat(placed("new-" + i).replicas()).containsExactlyInAnyOrder(1, 3);
    }
    assertThat(partition(0).replicas()).as("what it has it keeps").contains(2);
    assertRefused(
        controller
            .createTopics(List.of(new NewTopic("three", 1, 3, Map.of(), Map.of())), false)
            .join()
            .getFirst(),
        Refusal.INVALID_REPLICATION_FACTOR);

    assertOk(controller.cordon(2, false).join());
    assertOk(
        controller
            .createTopics(List.of(new NewTopic("three", 1, 3, Map.of(), Map.of())), false)
            .join()
            .getFirst());
  }

  @Test
  void aBrokerIsStillCordonedWhenItRegistersAnew() {
    controller.cordon(2, true).join();

    comes(2, true, "disk");

    assertThat(controller.image().brokers().get(2).cordoned()).isTrue();
  }

  private Replica replica(int partition) {
    return new Replica(controller.image().topic("a").id(), partition);
  }

  private void disks(int broker, Set<Replica> failed, Set<Replica> back) {
    assertOk(controller.disksChanged(new DiskReports.Effect(broker, failed, back)).join());
  }

  @Test
  void leadershipMovesOffAReplicaWhoseDiskFailed() {
    disks(1, Set.of(replica(0)), Set.of());

    assertThat(partition(0).leader()).isEqualTo(2);
    assertThat(partition(0).inSync()).containsExactly(2, 3);
    assertThat(partition(0).offline()).containsExactly(1);
    assertThat(partition(1).inSync()).as("on another disk").contains(1);
    assertThat(controller.image().brokers().get(1).fenced()).isFalse();
  }

  @Test
  void aReplicaWhoseDiskFailedIsNotElected() {
    disks(1, Set.of(replica(0)), Set.of());
    controller.fence(2).join();
    controller.fence(3).join();

    assertThat(partition(0).hasLeader()).isFalse();
    assertRefused(
        controller
            .electLeaders(Election.UNCLEAN, List.of(new TopicPartition("a", 0)))
            .join()
            .get(new TopicPartition("a", 0)),
        Refusal.ELIGIBLE_LEADERS_NOT_AVAILABLE);

    controller.unfence(3).join();
    assertThat(partition(0).leader()).isEqualTo(3);
  }

  @Test
  void aReplicaWhoseDiskIsBackMayJoinAgain() {
    disks(1, Set.of(replica(0)), Set.of());
    assertRefused(wants(0, member(2), member(1), member(2), member(3)), Refusal.INELIGIBLE_REPLICA);

    disks(1, Set.of(), Set.of(replica(0)));

    assertThat(partition(0).offline()).isEmpty();
    assertOk(wants(0, member(2), member(1), member(2), member(3)));
  }

  @Test
  void aNewProcessTellsAnewWhatHasFailed() {
    disks(1, Set.of(replica(0)), Set.of());

    comes(1, false, "another disk");

    assertThat(partition(0).offline()).isEmpty();
    assertThat(partition(0).leader()).isEqualTo(2);
  }

  /** Registers after an orderly stop; the directories say in which epoch that was. */
  private void comesBack(int id, String storage, long formerEpoch) {
    comes(id, true, storage, formerEpoch);
  }

  @Test
  void theDiskThatABrokerStoppedInOrderOnIsTrusted() {
    controller.fence(3).join();
    controller.fence(2).join();

    comesBack(2, "disk after a reboot", controller.image().brokers().get(2).epoch());

    assertThat(partition(0).eligible()).containsExactly(2);
  }

  @Test
  void aProcessThatWasSilentForTooLongIsTrustedAsBefore() {
    BrokerImage first = controller.image().brokers().get(2);
    comesBack(2, "disk", first.epoch());
    controller.unfence(2).join();
    assertOk(wants(0, member(1), member(1), member(2), member(3)));
    controller.fence(3).join();
    controller.fence(2).join();

    comes(2, controller.image().brokers().get(2).incarnation(), true, "disk", first.epoch());

    assertThat(partition(0).eligible()).containsExactly(2);
  }

  @Test
  void anOlderDiskIsNotTrustedAlthoughItWasLeftInOrder() {
    controller.fence(3).join();
    controller.fence(2).join();

    comesBack(2, "disk", controller.image().brokers().get(2).epoch() - 1);

    assertThat(partition(0).eligible()).isEmpty();
    assertThat(partition(0).lastKnown()).containsExactly(2);
  }

  @Test
  void anOlderDiskIsNotTrustedAfterAKillUnderTheSameKernel() {
    controller.fence(3).join();
    controller.fence(2).join();
    long former = controller.image().brokers().get(2).epoch();

    comes(2, false, "disk", former - 1);

    assertThat(partition(0).eligible()).isEmpty();
    assertThat(partition(0).lastKnown()).containsExactly(2);
  }

  @Test
  void aDiskThatDoesNotSayWhichLifeItIsOfIsNotTrusted() {
    controller.fence(3).join();
    controller.fence(2).join();

    comesBack(2, "disk", 0);

    assertThat(partition(0).eligible()).isEmpty();
    assertThat(partition(0).lastKnown()).containsExactly(2);
  }

  @Test
  void anEmptyDiskIsNotTrusted() {
    controller.fence(3).join();
    controller.fence(2).join();

    comes(2, false, "a new directory", 0);

    assertThat(partition(0).eligible()).isEmpty();
    assertThat(partition(0).leader()).isEqualTo(1);
  }
}
