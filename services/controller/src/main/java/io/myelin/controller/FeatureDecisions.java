package io.myelin.controller;

import io.myelin.metadata.Controller.FeatureUpdate;
import io.myelin.metadata.Controller.FeatureUpdate.Upgrade;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.KnownFeatures;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.RecordChange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finalized feature levels: pure decisions on a state, with Kafka's rules and messages. No level
 * that is known changes what is stored, so a safe downgrade loses nothing.
 */
final class FeatureDecisions {
  private final int controllerId;

  FeatureDecisions(int controllerId) {
    this.controllerId = controllerId;
  }

  /** All of {@code updates}, or none. */
  Decision<Result<Void>> update(ControllerState state, List<FeatureUpdate> updates) {
    Map<String, Short> before = state.image().features();
    Map<String, Short> levels = new HashMap<>(before);
    for (FeatureUpdate update : updates) {
      short present = before.getOrDefault(update.name(), (short) 0);
      Optional<String> objection = objection(update, present);
      if (objection.isPresent()) {
        return Decision.refuse(
            Refusal.INVALID_UPDATE_VERSION,
            "Invalid update version %d for feature %s. %s"
                .formatted(update.level(), update.name(), objection.get()));
      }
      if (update.level() == 0) {
        levels.remove(update.name());
      } else {
        levels.put(update.name(), update.level());
      }
    }
    return Decision.ok(
        levels.equals(before)
            ? List.of()
            : List.of(RecordChange.put(new MetadataRecord.Features(Map.copyOf(levels)))),
        null);
  }

  private Optional<String> objection(FeatureUpdate update, short present) {
    KnownFeatures.Range range = KnownFeatures.supported(update.name());
    if (update.level() < 0) {
      return Optional.of("A feature version cannot be less than 0.");
    }
    if (!range.contains(update.level())) {
      return Optional.of(
          "Local controller "
              + controllerId
              + (range.max() == 0
                  ? " does not support this feature."
                  : " only supports versions " + range));
    }
    if (update.level() < present && update.type() == Upgrade.UPGRADE) {
      return Optional.of(
          "Can't downgrade the version of this feature without setting the upgrade type to either"
              + " safe or unsafe downgrade.");
    }
    if (update.level() > present && update.type() != Upgrade.UPGRADE) {
      return Optional.of("Can't downgrade to a newer version.");
    }
    return Optional.empty();
  }
}
