package io.myelin.broker.api.admin;

import io.myelin.broker.config.BrokerConfigs;
import io.myelin.broker.config.ConfigChecks;
import io.myelin.broker.config.ConfigDefinition;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller.ConfigChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.Topic;

/**
 * What the two ways of altering settings have in common: which resources there are, what an
 * operation makes of a value, and whether the outcome is allowed. Thread-safe; refusals are
 * exceptions of kafka-clients.
 */
final class ConfigResources {
  private final BrokerConfigs broker;

  ConfigResources(BrokerConfigs broker) {
    this.broker = broker;
  }

  /** One operation on one key. */
  record Operation(String name, OpType type, String value) {}

  /** The key under which a resource's settings are kept. */
  ConfigKey key(byte type, String name) {
    ConfigResource.Type known = ConfigResource.Type.forId(type);
    return switch (known) {
      case TOPIC -> new ConfigKey(ConfigKey.Type.TOPIC, name);
      case GROUP -> new ConfigKey(ConfigKey.Type.GROUP, name);
      case CLIENT_METRICS -> new ConfigKey(ConfigKey.Type.CLIENT_METRICS, name);
      case BROKER -> {
        checkBroker(name);
        yield new ConfigKey(ConfigKey.Type.BROKER, name);
      }
      case BROKER_LOGGER, UNKNOWN ->
          throw new InvalidRequestException("Unknown resource type " + type);
    };
  }

  /** The settings after {@code operations}, checked; {@code before} are the ones so far. */
  Map<String, String> apply(ConfigKey key, Map<String, String> before, List<Operation> operations) {
    Map<String, String> after = new HashMap<>(before);
    for (Operation operation : operations) {
      switch (operation.type()) {
        case SET -> after.put(operation.name(), operation.value());
        case DELETE -> after.remove(operation.name());
        case APPEND, SUBTRACT ->
            after.put(operation.name(), edited(key, operation, after.get(operation.name())));
      }
    }
    return after;
  }

  /** Whether the resource exists, and may have {@code settings}. */
  void check(ClusterImage image, ConfigKey key, Map<String, String> settings) {
    ConfigChecks.valueLengths(settings);
    switch (key.type()) {
      case TOPIC -> {
        if (key.name().isEmpty()) {
          throw new InvalidRequestException("Default topic resources are not allowed.");
        }
        Topic.validate(key.name());
        ConfigChecks.topic(settings);
        if (image.topic(key.name()) == null) {
          throw new UnknownTopicOrPartitionException(
              "The topic '" + key.name() + "' does not exist.");
        }
      }
      case BROKER -> {
        ConfigChecks.broker(settings, !key.name().isEmpty());
        ConfigChecks.brokerChange(broker, image, key, settings);
      }
      case GROUP -> {
        if (key.name().isEmpty()) {
          throw new InvalidRequestException("Default group resources are not allowed.");
        }
        ConfigChecks.group(settings, broker);
      }
      case CLIENT_METRICS -> {
        if (key.name().isEmpty()) {
          throw new InvalidRequestException("Subscription name can't be empty");
        }
        ConfigChecks.clientMetrics(settings);
      }
    }
  }

  /** What the controller is asked for. */
  static ConfigChange change(ConfigKey key, Map<String, String> before, Map<String, String> after) {
    Map<String, Optional<String>> changes = new HashMap<>();
    before.keySet().stream()
        .filter(name -> !after.containsKey(name))
        .forEach(name -> changes.put(name, Optional.empty()));
    after.forEach(
        (name, value) -> {
          if (!value.equals(before.get(name))) {
            changes.put(name, Optional.of(value));
          }
        });
    return new ConfigChange(key, changes);
  }

  private void checkBroker(String name) {
    if (!name.isEmpty()) {
      checkThisBroker(name);
    }
  }

  /** Loggers are those of one broker: there is no name for all. */
  void checkThisBroker(String name) {
    int id;
    try {
      id = Integer.parseInt(name);
    } catch (NumberFormatException e) {
      throw new InvalidRequestException("Node id must be an integer, but it is: " + name);
    }
    if (id != broker.nodeId()) {
      throw new InvalidRequestException(
          "Unexpected broker id, expected " + broker.nodeId() + ", but received " + name);
    }
  }

  private static String edited(ConfigKey key, Operation operation, String present) {
    ConfigDefinition definition = definition(key, operation.name());
    if (definition == null || !definition.isList()) {
      throw new InvalidConfigurationException(
          key.type() == ConfigKey.Type.BROKER
              ? "Config value "
                  + (operation.type() == OpType.APPEND ? "append" : "subtract")
                  + " is not allowed for config key: "
                  + operation.name()
              : "Can't "
                  + operation.type()
                  + " to key "
                  + operation.name()
                  + " because its type is not LIST.");
    }
    String text = present == null ? definition.defaultValue() : present;
    List<String> values = new ArrayList<>();
    if (text != null) {
      Arrays.stream(text.split(",")).filter(value -> !value.isEmpty()).forEach(values::add);
    }
    for (String value : operation.value().split(",")) {
      if (operation.type() == OpType.SUBTRACT) {
        values.remove(value);
      } else if (!values.contains(value)) {
        values.add(value);
      }
    }
    return String.join(",", values);
  }

  private static ConfigDefinition definition(ConfigKey key, String name) {
    return switch (key.type()) {
      case TOPIC -> ConfigChecks.definitionOfTopic(name);
      case BROKER -> ConfigChecks.definitionOfBroker(name);
      case GROUP -> ConfigChecks.definitionOfGroup(name);
      case CLIENT_METRICS -> ConfigChecks.definitionOfClientMetrics(name);
    };
  }
}
