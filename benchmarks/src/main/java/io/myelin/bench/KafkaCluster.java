package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Apache Kafka: one KRaft controller and three brokers, as shipped. */
final class KafkaCluster implements ClusterUnderTest {
  private static final int CONTROLLER_ID = 100;

  private final List<BrokerProcess> brokers = new ArrayList<>();
  private final BrokerProcess controller;
  private final int basePort;

  private KafkaCluster(BrokerProcess controller, int basePort) {
    this.controller = controller;
    this.basePort = basePort;
  }

  static KafkaCluster create(Installation installation, Path directory)
      throws IOException, InterruptedException {
    int basePort = BrokerProcess.freePorts(BROKERS + 1);
    int controllerPort = basePort + BROKERS;
    String quorum =
        """
        controller.quorum.voters=%d@127.0.0.1:%d
        controller.listener.names=CONTROLLER
        """
            .formatted(CONTROLLER_ID, controllerPort);
    KafkaCluster cluster =
        new KafkaCluster(
            KafkaProcess.create(
                installation,
                directory.resolve("controller"),
                quorum
                    + """
                    process.roles=controller
                    node.id=%d
                    listeners=CONTROLLER://127.0.0.1:%d
                    """
                        .formatted(CONTROLLER_ID, controllerPort),
                controllerPort,
                KafkaProcess.SHIPPED_HEAP_MB),
            basePort);
    for (int id = 1; id <= BROKERS; id++) {
      int port = cluster.port(id);
      cluster.brokers.add(
          KafkaProcess.create(
              installation,
              directory.resolve("broker-" + id),
              quorum
                  + """
                  process.roles=broker
                  node.id=%1$d
                  listeners=PLAINTEXT://127.0.0.1:%2$d
                  advertised.listeners=PLAINTEXT://127.0.0.1:%2$d
                  """
                      .formatted(id, port)
                  + KafkaProcess.shippedSettings(BROKERS),
              port,
              KafkaProcess.SHIPPED_HEAP_MB));
    }
    return cluster;
  }

  private int port(int id) {
    return basePort + id - 1;
  }

  @Override
  public String bootstrap() {
    return brokers.stream()
        .map(broker -> "127.0.0.1:" + (basePort + brokers.indexOf(broker)))
        .collect(Collectors.joining(","));
  }

  @Override
  public void start() throws IOException, InterruptedException {
    controller.start();
    for (BrokerProcess broker : brokers) {
      broker.start();
    }
    for (BrokerProcess broker : brokers) {
      broker.awaitReady();
    }
  }

  @Override
  public void killBroker(int id) throws InterruptedException {
    brokers.get(id - 1).kill();
  }

  @Override
  public void startBroker(int id) throws IOException {
    brokers.get(id - 1).start();
  }

  @Override
  public List<Long> brokerPids() throws IOException {
    List<Long> pids = new ArrayList<>();
    for (BrokerProcess broker : brokers) {
      pids.add(broker.pid());
    }
    return pids;
  }

  @Override
  public List<Long> otherPids() throws IOException {
    return List.of(controller.pid());
  }

  @Override
  public void close() {
    brokers.forEach(BrokerProcess::close);
    controller.close();
  }
}
