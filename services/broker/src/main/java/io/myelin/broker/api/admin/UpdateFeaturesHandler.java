package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.FeatureUpdate;
import io.myelin.metadata.Controller.FeatureUpdate.Upgrade;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKey;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.message.UpdateFeaturesResponseData.UpdatableFeatureResult;
import org.apache.kafka.common.protocol.ApiKeys;

/** UpdateFeatures: finalizes feature levels, all that are named or none. */
public final class UpdateFeaturesHandler
    implements ApiHandler<UpdateFeaturesRequestData, UpdateFeaturesResponseData> {
  /** Since then there is one result for all. */
  private static final short ONE_RESULT_SINCE = 2;

  private final Controller controller;

  public UpdateFeaturesHandler(Controller controller) {
    this.controller = controller;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.UPDATE_FEATURES;
  }

  @Override
  public CompletionStage<UpdateFeaturesResponseData> handle(
      RequestContext context, UpdateFeaturesRequestData request) {
    List<FeatureUpdate> updates = new ArrayList<>();
    for (FeatureUpdateKey update : request.featureUpdates()) {
      Optional<Upgrade> type = type(context.apiVersion(), update);
      if (type.isEmpty()) {
        return CompletableFuture.completedFuture(
            refused(
                new Result.Refused<>(
                    Refusal.INVALID_UPDATE_VERSION,
                    "Invalid update version %d for feature %s. The controller does not support the given upgrade type."
                        .formatted(update.maxVersionLevel(), update.feature()))));
      }
      updates.add(new FeatureUpdate(update.feature(), update.maxVersionLevel(), type.get()));
    }
    return controller
        .updateFeatures(updates, request.validateOnly())
        .thenApply(
            result ->
                switch (result) {
                  case Result.Ok<Void> ok -> done(context.apiVersion(), updates);
                  case Result.Refused<Void> refused -> refused(refused);
                });
  }

  /** Empty: there is no such type. */
  private static Optional<Upgrade> type(short version, FeatureUpdateKey update) {
    if (version == 0) {
      return Optional.of(update.allowDowngrade() ? Upgrade.SAFE_DOWNGRADE : Upgrade.UPGRADE);
    }
    return switch (UpgradeType.fromCode(update.upgradeType())) {
      case UPGRADE -> Optional.of(Upgrade.UPGRADE);
      case SAFE_DOWNGRADE -> Optional.of(Upgrade.SAFE_DOWNGRADE);
      case UNSAFE_DOWNGRADE -> Optional.of(Upgrade.UNSAFE_DOWNGRADE);
      case UNKNOWN -> Optional.empty();
    };
  }

  private static UpdateFeaturesResponseData done(short version, List<FeatureUpdate> updates) {
    UpdateFeaturesResponseData response = new UpdateFeaturesResponseData();
    if (version < ONE_RESULT_SINCE) {
      updates.forEach(
          update -> response.results().add(new UpdatableFeatureResult().setFeature(update.name())));
    }
    return response;
  }

  private static UpdateFeaturesResponseData refused(Result.Refused<Void> refused) {
    return new UpdateFeaturesResponseData()
        .setErrorCode(Refusals.error(refused.refusal()).code())
        .setErrorMessage(
            "The update failed for all features since the following feature had an error: "
                + refused.message());
  }
}
