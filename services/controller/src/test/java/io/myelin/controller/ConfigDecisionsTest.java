package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller.ConfigChange;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.RecordChange;
import io.myelin.metadata.TopicImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

/** What becomes of partitions when the settings change that their elections obey. */
class ConfigDecisionsTest {
  private static final String MIN = "min.insync.replicas";
  private static final String UNCLEAN = "unclean.leader.election.enable";
  private static final ConfigKey TOPIC_A = new ConfigKey(ConfigKey.Type.TOPIC, "a");
  private static final ConfigKey ALL = new ConfigKey(ConfigKey.Type.BROKER, "");
  private static final List<Integer> REPLICAS = List.of(1, 2, 3);

  /** 1 leads alone, under a minimum of two; 2 left when nothing was committed any more. */
  private static final PartitionImage ALONE = partition(List.of(1), List.of(2), List.of(3), 1);

  private final TopicRules rules = new TopicRules(2);
  private final ClusterDecisions decisions = new ClusterDecisions(rules, true);
  private final BrokerDecisions brokers = new BrokerDecisions(rules, true);
  private ControllerState state = ControllerState.of(cluster(), 0);
  private List<RecordChange> written = List.of();

  private static PartitionImage partition(
      List<Integer> inSync, List<Integer> eligible, List<Integer> lastKnown, int leader) {
    return new PartitionImage(
        REPLICAS, inSync, eligible, lastKnown, List.of(), List.of(), leader, 5, 9, List.of());
  }

  private static ClusterImage cluster() {
    ClusterImage image = ClusterImage.empty("cluster");
    for (int id : REPLICAS) {
      image =
          image.withBroker(
              new BrokerImage(
                  id,
                  id,
                  new UUID(0, id),
                  Map.of(),
                  Optional.empty(),
                  Optional.empty(),
                  id != 1, // only 1 is there
                  false,
                  ""));
    }
    return image;
  }

  private void given(String topic, PartitionImage... partitions) {
    UUID id = new UUID(7, topic.hashCode());
    state =
        ControllerState.of(
            state
                .image()
                .withTopic(new TopicImage(topic, id, TreePVector.from(List.of(partitions)))),
            0);
  }

  private Result<Void> alter(ConfigKey key, String name, String value) {
    Decision<Result<Void>> decision =
        decisions.alterConfig(
            state, new ConfigChange(key, Map.of(name, Optional.ofNullable(value))));
    apply(decision);
    return decision.answer();
  }

  private void apply(Decision<?> decision) {
    written = decision.records();
    state = state.apply(state.image().revision() + 1, decision.records()).state();
  }

  private PartitionImage now(String topic) {
    return state.image().partition(topic, 0);
  }

  @Test
  void whoLeftUnderAHigherMinimumIsNotEligibleUnderALowerOne() {
    given("a", ALONE);

    alter(TOPIC_A, MIN, "1"); // and 1 commits alone

    assertThat(now("a").eligible()).isEmpty();
    assertThat(now("a").lastKnown()).isEmpty();
    assertThat(now("a").partitionEpoch()).isEqualTo(10);
    assertThat(now("a").leaderEpoch()).isEqualTo(5);
    apply(brokers.fence(state, 1));
    apply(brokers.unfence(state, 2));
    assertThat(now("a").hasLeader()).as("only 1 has all that it committed").isFalse();
    apply(brokers.unfence(state, 1));
    assertThat(now("a").leader()).isEqualTo(1);
  }

  @Test
  void aLowerDefaultConcernsAllTopicsThatSayNothingThemselves() {
    given("a", ALONE);
    given("b", ALONE);
    alter(TOPIC_A, MIN, "2");

    alter(ALL, MIN, "1");

    assertThat(now("a")).isEqualTo(ALONE);
    assertThat(now("b").eligible()).isEmpty();
  }

  @Test
  void aTopicThatLosesItsOwnMinimumHasTheLowerDefault() {
    given("a", ALONE);
    alter(TOPIC_A, MIN, "2");
    alter(ALL, MIN, "1");

    alter(TOPIC_A, MIN, null);

    assertThat(now("a").eligible()).isEmpty();
  }

  @Test
  void whoIsEligibleStaysSoWhereTheLeaderStillMayNotCommit() {
    alter(ALL, MIN, "3");
    given("a", ALONE);

    alter(ALL, MIN, "2");

    assertThat(now("a")).isEqualTo(ALONE);
  }

  @Test
  void whoIsEligibleStaysSoWhereNobodyLeads() {
    given("a", ALONE);
    apply(brokers.fence(state, 1));

    alter(TOPIC_A, MIN, "1");

    assertThat(now("a").eligible()).containsExactly(2, 1);
    assertThat(now("a").lastKnown()).containsExactly(3);
  }

  @Test
  void aHigherMinimumMakesNobodyEligible() {
    alter(ALL, MIN, "1");
    given("a", partition(List.of(1), List.of(), List.of(), 1));

    alter(ALL, MIN, "2");

    assertThat(now("a").eligible()).isEmpty();
    apply(brokers.fence(state, 1));
    assertThat(now("a").eligible()).containsExactly(1);
  }

  @Test
  void nobodyIsEligibleAnyMoreBeforeTheLowerMinimumIsWritten() {
    given("a", ALONE, ALONE, ALONE, ALONE);

    alter(TOPIC_A, MIN, "1");

    CommitPlan plan = CommitPlan.of(written, 2);
    assertThat(plan.transactions()).hasSize(3);
    assertThat(plan.commit()).isEqualTo(2);
    assertThat(plan.transactions().getLast().puts()).containsOnlyKeys(MetadataKeys.config(TOPIC_A));
  }

  @Test
  void aSettingThatNoElectionObeysLeavesPartitionsAsTheyAre() {
    given("a", ALONE);

    alter(TOPIC_A, "retention.ms", "1");

    assertThat(written).hasSize(1);
  }

  @Test
  void theDefaultOfAllBrokersIsAlteredAndNotRemoved() {
    alter(ALL, MIN, "1");

    assertThat(alter(ALL, MIN, null)).isInstanceOf(Result.Refused.class);
    assertThat(state.image().config(ALL)).containsEntry(MIN, "1");
  }

  @Test
  void allowingUncleanElectionsElectsAtOnce() {
    given("a", partition(List.of(), List.of(2), List.of(), PartitionImage.NO_LEADER));

    alter(TOPIC_A, UNCLEAN, "true");

    assertThat(now("a").leader()).isEqualTo(1);
    assertThat(now("a").inSync()).containsExactly(1);
    assertThat(now("a").leaderEpoch()).isEqualTo(6);
  }
}
