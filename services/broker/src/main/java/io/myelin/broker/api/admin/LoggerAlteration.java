package io.myelin.broker.api.admin;

import io.myelin.broker.api.admin.ConfigResources.Operation;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.LogLevelConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;

/**
 * Changes log levels (the BROKER_LOGGER resource): all that a request asks for, or nothing.
 * Thread-safe; refusals are exceptions of kafka-clients.
 */
final class LoggerAlteration {
  private final LogLevels levels;

  LoggerAlteration(LogLevels levels) {
    this.levels = levels;
  }

  void alter(List<Operation> operations, boolean validateOnly) {
    operations.forEach(this::check);
    if (!validateOnly) {
      operations.forEach(this::apply);
    }
  }

  private void check(Operation operation) {
    String logger = operation.name();
    switch (operation.type()) {
      case SET -> {
        checkName(logger);
        if (!LogLevelConfig.VALID_LOG_LEVELS.contains(operation.value())) {
          throw new InvalidConfigurationException(
              "Cannot set the log level of "
                  + logger
                  + " to "
                  + operation.value()
                  + "; use one of "
                  + String.join(", ", new TreeSet<>(LogLevelConfig.VALID_LOG_LEVELS)));
        }
      }
      case DELETE -> {
        checkName(logger);
        if (logger.equals(LogLevels.ROOT)) {
          throw new InvalidRequestException(
              "Removing the log level of the root logger is not allowed");
        }
      }
      case APPEND, SUBTRACT ->
          throw new InvalidRequestException(
              operation.type() + " is not allowed for the BROKER_LOGGER resource");
    }
  }

  private void checkName(String logger) {
    if (!levels.accepts(logger)) {
      throw new InvalidConfigurationException("Logger " + logger + " does not exist!");
    }
  }

  private void apply(Operation operation) {
    if (operation.type() == OpType.SET) {
      levels.set(operation.name(), operation.value());
    } else {
      levels.reset(operation.name());
    }
  }
}
