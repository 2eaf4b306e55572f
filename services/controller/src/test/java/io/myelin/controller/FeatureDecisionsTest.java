package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.Controller.FeatureUpdate;
import io.myelin.metadata.Controller.FeatureUpdate.Upgrade;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.KnownFeatures;
import io.myelin.sim.CallersThread;
import io.myelin.sim.SimRandomness;
import io.myelin.sim.TestingThreads;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On the real controller and the in-memory store. */
class FeatureDecisionsTest {
  private static final String METADATA = "metadata.version";

  private final ActiveController controller =
      ActiveController.start(
              new InMemoryMetadataStore("test"),
              new ControllerSettings(9, 1, 1, 1, false, KnownFeatures.INITIAL),
              new TestingThreads(new CallersThread()),
              new SimRandomness(1))
          .join();

  private Result<Void> update(String feature, int level, Upgrade type) {
    return controller
        .updateFeatures(List.of(new FeatureUpdate(feature, (short) level, type)), false)
        .join();
  }

  private void assertRefused(Result<Void> result, String message) {
    assertThat(result).isEqualTo(new Result.Refused<>(Refusal.INVALID_UPDATE_VERSION, message));
  }

  private short level() {
    return controller.image().features().get(METADATA);
  }

  @Test
  void aLevelGoesDownAndUpAgain() {
    assertThat(update(METADATA, 29, Upgrade.SAFE_DOWNGRADE)).isInstanceOf(Result.Ok.class);
    assertThat(level()).isEqualTo((short) 29);
    assertThat(update(METADATA, 30, Upgrade.UPGRADE)).isInstanceOf(Result.Ok.class);
    assertThat(level()).isEqualTo((short) 30);
  }

  @Test
  void nothingIsWrittenForTheLevelThatThereIs() {
    long revision = controller.image().revision();

    assertThat(update(METADATA, 30, Upgrade.UPGRADE)).isInstanceOf(Result.Ok.class);

    assertThat(controller.image().revision()).isEqualTo(revision);
  }

  @Test
  void aLevelThatIsNotKnownIsRefused() {
    assertRefused(
        update(METADATA, 31, Upgrade.UPGRADE),
        "Invalid update version 31 for feature metadata.version. Local controller 9 only supports"
            + " versions 7-30");
    assertRefused(
        update(METADATA, 0, Upgrade.SAFE_DOWNGRADE),
        "Invalid update version 0 for feature metadata.version. Local controller 9 only supports"
            + " versions 7-30");
    assertRefused(
        update(METADATA, -1, Upgrade.SAFE_DOWNGRADE),
        "Invalid update version -1 for feature metadata.version. A feature version cannot be less"
            + " than 0.");
    assertRefused(
        update("group.version", 1, Upgrade.UPGRADE),
        "Invalid update version 1 for feature group.version. Local controller 9 does not support"
            + " this feature.");
  }

  @Test
  void whoGoesDownHasToSaySo() {
    assertRefused(
        update(METADATA, 29, Upgrade.UPGRADE),
        "Invalid update version 29 for feature metadata.version. Can't downgrade the version of"
            + " this feature without setting the upgrade type to either safe or unsafe downgrade.");
    update(METADATA, 20, Upgrade.UNSAFE_DOWNGRADE);
    assertRefused(
        update(METADATA, 21, Upgrade.SAFE_DOWNGRADE),
        "Invalid update version 21 for feature metadata.version. Can't downgrade to a newer"
            + " version.");
  }

  @Test
  void oneThatIsRefusedKeepsTheOthersFromHappening() {
    Result<Void> result =
        controller
            .updateFeatures(
                List.of(
                    new FeatureUpdate(METADATA, (short) 29, Upgrade.SAFE_DOWNGRADE),
                    new FeatureUpdate("no.such.feature", (short) 3, Upgrade.UPGRADE)),
                false)
            .join();

    assertThat(result).isInstanceOf(Result.Refused.class);
    assertThat(level()).isEqualTo((short) 30);
  }

  @Test
  void validationChangesNothing() {
    List<FeatureUpdate> lower =
        List.of(new FeatureUpdate(METADATA, (short) 29, Upgrade.SAFE_DOWNGRADE));

    assertThat(controller.updateFeatures(lower, true).join()).isInstanceOf(Result.Ok.class);

    assertThat(level()).isEqualTo((short) 30);
  }
}
