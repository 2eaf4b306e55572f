package io.myelin.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.myelin.broker.api.admin.LogLevels;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.net.Listener;
import io.myelin.controller.ActiveController;
import io.myelin.controller.ControllerSettings;
import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.metadata.InMemoryMetadataStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A broker and its controller in this process, on a free port and a real directory. */
final class TestingBroker implements AutoCloseable {
  private final Environment env;
  private final ActiveController controller;
  private final Broker broker;

  TestingBroker(Path directory) throws IOException {
    this(directory, 0);
  }

  /**
   * @param port 0 takes a free one
   */
  TestingBroker(Path directory, int port) throws IOException {
    this(directory, port, new SimpleMeterRegistry());
  }

  TestingBroker(Path directory, int port, MeterRegistry meters) throws IOException {
    env = JdkEnvironment.create();
    BrokerConfig config = BrokerConfig.of(Map.of(), BrokerConfig.STANDALONE_DEFAULTS);
    controller =
        ActiveController.start(
                new InMemoryMetadataStore("testing-cluster"),
                new ControllerSettings(config.nodeId(), 1, 1, 1, false, Map.of()),
                env.threads(),
                env.randomness())
            .join();
    BrokerPlace place =
        new BrokerPlace(
            List.of(directory),
            List.of(new Listener("PLAINTEXT", new InetSocketAddress("127.0.0.1", port))),
            Map.of(),
            Optional.empty());
    try {
      broker =
          Broker.start(
              config,
              place,
              env,
              controller.image().clusterId(),
              controller,
              controller,
              Optional.empty(),
              meters,
              LogLevels.NONE);
    } catch (IOException | RuntimeException e) {
      controller.close();
      env.close();
      throw e;
    }
  }

  InetSocketAddress address() {
    return broker.addresses().getFirst();
  }

  @Override
  public void close() throws IOException {
    broker.close();
    controller.close();
    env.close();
  }
}
