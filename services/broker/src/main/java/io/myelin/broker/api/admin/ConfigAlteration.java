package io.myelin.broker.api.admin;

import io.myelin.broker.config.IgnoredSettings;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.ConfigChange;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataPublisher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.jboss.logging.Logger;

/**
 * One request to alter settings on its way: each resource is checked for itself, and those that
 * pass go to the controller together. Two requests that edit the same list at the same time may
 * overwrite each other; the controller only knows whole values.
 */
final class ConfigAlteration {
  private static final Logger log = Logger.getLogger(ConfigAlteration.class);

  /** What a request does to a resource that is no setting of the cluster: nothing is stored. */
  @FunctionalInterface
  interface Elsewhere {
    /** Whether the resource with this index was dealt with. */
    boolean handle(int index);
  }

  /** A resource of the request; {@code names} are the keys it mentions. */
  record Requested(byte type, String name, List<String> names, List<String> nulls) {}

  private final MetadataPublisher metadata;
  private final Controller controller;
  private final ConfigResources resources;

  ConfigAlteration(MetadataPublisher metadata, Controller controller, ConfigResources resources) {
    this.metadata = metadata;
    this.controller = controller;
    this.resources = resources;
  }

  /**
   * @param elsewhere asked first about each resource that is well-formed
   * @param after the settings of the resource with this index, given its key and those so far
   * @return one error per resource, in order
   */
  CompletionStage<List<ApiError>> alter(
      List<Requested> requested,
      boolean validateOnly,
      Elsewhere elsewhere,
      BiFunction<Integer, KeyAndSettings, Map<String, String>> after) {
    ApiError[] errors = new ApiError[requested.size()];
    List<ConfigChange> changes = new ArrayList<>();
    List<Integer> indexes = new ArrayList<>();
    Set<Map.Entry<Byte, String>> twice = duplicates(requested);
    for (int i = 0; i < requested.size(); i++) {
      Requested resource = requested.get(i);
      errors[i] = ApiError.NONE;
      try {
        if (twice.contains(Map.entry(resource.type(), resource.name()))) {
          throw new InvalidRequestException("Each resource must appear at most once.");
        }
        checkForm(resource);
        if (elsewhere.handle(i)) {
          continue;
        }
        ConfigChange change = checked(resource, i, after);
        if (!validateOnly && !change.changes().isEmpty()) {
          changes.add(change);
          indexes.add(i);
        }
      } catch (ApiException e) {
        errors[i] = new ApiError(Errors.forException(e), e.getMessage());
      }
    }
    return controller
        .alterConfigs(changes)
        .thenApply(
            results -> {
              for (int r = 0; r < results.size(); r++) {
                switch (results.get(r)) {
                  case Result.Refused<Void> refused ->
                      errors[indexes.get(r)] =
                          new ApiError(Refusals.error(refused.refusal()), refused.message());
                  case Result.Ok<Void> ok -> warnOfIgnored(changes.get(r));
                }
              }
              return Arrays.asList(errors);
            });
  }

  /** As at the start: who altered the setting does not read this log, who runs the broker does. */
  private static void warnOfIgnored(ConfigChange change) {
    if (change.key().type() == ConfigKey.Type.BROKER) {
      Map<String, String> set = new HashMap<>();
      change.changes().forEach((name, value) -> value.ifPresent(text -> set.put(name, text)));
      IgnoredSettings.warnings(set).forEach(log::warn);
    }
  }

  /** A resource and the settings that it has so far. */
  record KeyAndSettings(ConfigKey key, Map<String, String> settings) {}

  private static void checkForm(Requested resource) {
    if (new HashSet<>(resource.names()).size() < resource.names().size()) {
      throw new InvalidRequestException("Error due to duplicate config keys");
    }
    if (!resource.nulls().isEmpty()) {
      throw new InvalidRequestException(
          "Null value not supported for : " + String.join(", ", resource.nulls()));
    }
  }

  private ConfigChange checked(
      Requested resource,
      int index,
      BiFunction<Integer, KeyAndSettings, Map<String, String>> after) {
    ClusterImage image = metadata.image();
    ConfigKey key = resources.key(resource.type(), resource.name());
    Map<String, String> before = image.config(key);
    Map<String, String> wanted = after.apply(index, new KeyAndSettings(key, before));
    resources.check(image, key, wanted);
    return ConfigResources.change(key, before, wanted);
  }

  private static Set<Map.Entry<Byte, String>> duplicates(List<Requested> requested) {
    Map<Map.Entry<Byte, String>, Integer> counts = new HashMap<>();
    requested.forEach(r -> counts.merge(Map.entry(r.type(), r.name()), 1, Integer::sum));
    counts.values().removeIf(count -> count == 1);
    return counts.keySet();
  }
}
