package io.myelin.standalone;

import io.micrometer.core.instrument.MeterRegistry;
import io.myelin.broker.api.admin.LogLevels;

/** Makes what the settings' role says. Found by the application through its services file. */
public final class Roles implements EmbeddedCluster.Factory {
  @Override
  public EmbeddedCluster create(Settings settings, MeterRegistry meters, LogLevels logLevels) {
    NodeSettings node = NodeSettings.of(settings.config());
    return switch (node.role()) {
      case STANDALONE -> new StandaloneCluster(settings, meters, logLevels);
      case CONTROLLER -> new ControllerProcess(settings, node, meters);
      case BROKER -> new BrokerProcess(settings, node, meters, logLevels);
    };
  }
}
