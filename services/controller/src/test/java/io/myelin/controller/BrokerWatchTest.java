package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.controller.BrokerWatch.Effect;
import io.myelin.controller.session.SessionHost.Beat;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BrokerWatchTest {
  private static final long TIMEOUT_MS = 2000;
  private static final long EPOCH = 7;

  private final BrokerWatch watch = new BrokerWatch(TIMEOUT_MS);

  private static BrokerRegistration registration(long incarnation) {
    return registration(incarnation, "disk");
  }

  private static BrokerRegistration registration(long incarnation, String storage) {
    return new BrokerRegistration(
        1, new UUID(0, incarnation), Map.of(), Optional.empty(), Optional.empty(), true, storage);
  }

  private static ClusterImage image(boolean fenced) {
    return ClusterImage.empty("cluster")
        .withRevision(50)
        .withBroker(
            new BrokerImage(
                1,
                EPOCH,
                new UUID(0, 1),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                fenced,
                false,
                "disk"));
  }

  @Test
  void aSilentBrokerIsFencedAfterTheSessionTimeout() {
    watch.connected(registration(1), EPOCH, 0);
    watch.heard(1, EPOCH, new Beat(50, false), image(false), 500);

    assertThat(watch.tick(image(false), 500 + TIMEOUT_MS - 1)).isEmpty();
    assertThat(watch.tick(image(false), 500 + TIMEOUT_MS)).containsExactly(new Effect.Fence(1));
    assertThat(watch.tick(image(true), 10_000)).isEmpty();
  }

  @Test
  void aFenceThatCouldNotBeWrittenIsTriedAgain() {
    watch.connected(registration(1), EPOCH, 0);
    watch.disconnected(1, EPOCH);
    assertThat(watch.refused(1, EPOCH, image(false))).containsExactly(new Effect.Fence(1));

    assertThat(watch.tick(image(false), 10)).containsExactly(new Effect.Fence(1));
    assertThat(watch.tick(image(true), 20)).isEmpty();
  }

  @Test
  void aBrokerThatIsHeardAgainOnALivingStreamMayLeadAgain() {
    watch.connected(registration(1), EPOCH, 0);
    watch.tick(image(false), TIMEOUT_MS);

    assertThat(watch.heard(1, EPOCH, new Beat(50, false), image(true), TIMEOUT_MS + 1))
        .containsExactly(new Effect.Unfence(1));
    assertThat(watch.tick(image(false), TIMEOUT_MS + 2)).isEmpty();
  }

  @Test
  void aBrokerWhoseAddressRefusesIsFencedAtOnce() {
    watch.connected(registration(1), EPOCH, 0);

    assertThat(watch.disconnected(1, EPOCH)).containsExactly(new Effect.Probe(1));
    assertThat(watch.refused(1, EPOCH, image(false))).containsExactly(new Effect.Fence(1));
  }

  @Test
  void aBrokerThatCameBackMeanwhileIsNotFencedByALateProbe() {
    watch.connected(registration(1), EPOCH, 0);
    watch.disconnected(1, EPOCH);
    watch.connected(registration(1), EPOCH, 10);

    assertThat(watch.refused(1, EPOCH, image(false))).isEmpty();
  }

  @Test
  void aNewControllerGivesEverybodyAWholeSession() {
    watch.takeOver(image(false), 1000);

    assertThat(watch.tick(image(false), 1000 + TIMEOUT_MS - 1)).isEmpty();
    assertThat(watch.tick(image(false), 1000 + TIMEOUT_MS)).containsExactly(new Effect.Fence(1));
  }

  @Test
  void aFencedBrokerMayLeadOnceItHasTheMetadata() {
    watch.connected(registration(1), EPOCH, 0);

    assertThat(watch.heard(1, EPOCH, new Beat(49, false), image(true), 10)).isEmpty();
    assertThat(watch.heard(1, EPOCH, new Beat(50, false), image(true), 20))
        .containsExactly(new Effect.Unfence(1));
  }

  @Test
  void aBrokerThatWantsToStopIsDrainedUntilTheMetadataSaySo() {
    watch.connected(registration(1), EPOCH, 0);
    ClusterImage drained =
        image(false).withBroker(image(false).brokers().get(1).withDraining(true));

    assertThat(watch.heard(1, EPOCH, new Beat(50, true), image(false), 10))
        .containsExactly(new Effect.Drain(1));
    assertThat(watch.heard(1, EPOCH, new Beat(50, true), image(false), 20))
        .containsExactly(new Effect.Drain(1));
    assertThat(watch.heard(1, EPOCH, new Beat(50, true), drained, 30)).isEmpty();
  }

  @Test
  void aSecondProcessWithTheSameIdIsRefusedWhileTheFirstLives() {
    watch.connected(registration(1), EPOCH, 0);

    assertThat(watch.objection(registration(2), 100)).isPresent();
    assertThat(watch.objection(registration(1), 100)).isEmpty();
    assertThat(watch.objection(registration(2), TIMEOUT_MS)).isEmpty();
  }

  @Test
  void aSecondProcessWithTheSameIdIsRefusedWhileTheFirstLooksForItsController() {
    watch.connected(registration(1), EPOCH, 0);
    watch.disconnected(1, EPOCH);

    assertThat(watch.objection(registration(2, "another disk"), TIMEOUT_MS - 1)).isPresent();
    assertThat(watch.objection(registration(2, "another disk"), TIMEOUT_MS)).isEmpty();
  }

  @Test
  void aNewControllerKeepsAnIdForTheProcessThatHadIt() {
    watch.takeOver(image(false), 0);

    assertThat(watch.objection(registration(2, "another disk"), TIMEOUT_MS - 1)).isPresent();
    assertThat(watch.objection(registration(1), TIMEOUT_MS - 1)).isEmpty();
    assertThat(watch.objection(registration(2, "another disk"), TIMEOUT_MS)).isEmpty();
  }

  @Test
  void aProcessThatIsStartedAgainIsTakenAsSoonAsTheFormerOnesStreamEnds() {
    watch.connected(registration(1), EPOCH, 0);
    watch.disconnected(1, EPOCH);

    assertThat(watch.objection(registration(2), 100)).isEmpty();
  }

  @Test
  void aProcessOnAnotherDiskIsTakenAsSoonAsTheFormerOnesAddressRefuses() {
    watch.connected(registration(1), EPOCH, 0);
    watch.disconnected(1, EPOCH);
    watch.refused(1, EPOCH, image(false));

    assertThat(watch.objection(registration(2, "another disk"), 100)).isEmpty();
  }

  @Test
  void theSameProcessComesBackWithItsEpoch() {
    watch.connected(registration(1), EPOCH, 0);
    watch.disconnected(1, EPOCH);

    assertThat(watch.resumable(registration(1), image(false))).contains(EPOCH);
    assertThat(watch.resumable(registration(2), image(false))).isEmpty();
  }

  @Test
  void whatAFormerLifeSaysIsNotHeard() {
    watch.connected(registration(1), EPOCH, 0);

    assertThat(watch.heard(1, EPOCH - 1, new Beat(50, true), image(false), 10)).isEmpty();
    assertThat(watch.disconnected(1, EPOCH - 1)).isEmpty();
  }

  @Test
  void whatABrokerSaysOfItsCordonIsWrittenUntilTheMetadataSaySo() {
    BrokerImage open = image(false).brokers().get(1);
    ClusterImage cordoned = image(false).withBroker(open.withCordoned(true));
    Beat beat = new Beat(50, false, true, Set.of());
    watch.takeOver(image(false), 0);

    assertThat(watch.heard(1, EPOCH, beat, image(false), 10))
        .containsExactly(new Effect.Cordon(1, true));
    assertThat(watch.heard(1, EPOCH, beat, cordoned, 20)).isEmpty();
    assertThat(watch.heard(1, EPOCH, new Beat(50, false), cordoned, 30))
        .containsExactly(new Effect.Cordon(1, false));
  }
}
