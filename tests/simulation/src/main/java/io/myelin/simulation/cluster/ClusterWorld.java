package io.myelin.simulation.cluster;

import io.myelin.env.Scheduler;
import io.myelin.sim.Crash;
import io.myelin.sim.SimRandomness;
import io.myelin.sim.Simulation;
import io.myelin.simulation.ClientConnection;
import io.myelin.simulation.ClientSide;
import io.myelin.simulation.Violation;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the clients of one run share, with the cluster that they talk to. */
final class ClusterWorld implements ClientSide {
  private final Simulation simulation;
  private final SimRandomness random;
  private final Scheduler clock;
  private final Cluster cluster;
  private final MetadataWatch metadata;
  private final PowerCuts powerCuts;
  private final ClusterCoverage coverage = new ClusterCoverage();
  private final Set<ClientConnection> connections = new LinkedHashSet<>();
  private final Map<String, PartitionLedger> ledgers = new LinkedHashMap<>();
  private boolean stopping;

  ClusterWorld(Simulation simulation, Seams seams) {
    this.simulation = simulation;
    this.random = simulation.randomness().split();
    this.clock = simulation.environment().scheduler();
    this.cluster = new Cluster(simulation, seams, this::violation);
    this.metadata = new MetadataWatch(this);
    this.powerCuts = new PowerCuts(this);
    cluster.store().watch(metadata);
  }

  Simulation simulation() {
    return simulation;
  }

  Cluster cluster() {
    return cluster;
  }

  /** What the metadata store holds. */
  MetadataWatch metadata() {
    return metadata;
  }

  PowerCuts powerCuts() {
    return powerCuts;
  }

  ClusterCoverage coverage() {
    return coverage;
  }

  /** What is committed of a partition. */
  PartitionLedger ledger(String topic, int partition) {
    return ledgers.computeIfAbsent(
        topic + "-" + partition, key -> new PartitionLedger(topic, partition, this::violation));
  }

  List<PartitionLedger> ledgers() {
    return List.copyOf(ledgers.values());
  }

  /** From now on no producer begins anything. */
  void stopProducing() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  /** Any broker that clients find somebody at; null: none. */
  BrokerMachine anyBroker() {
    List<BrokerMachine> serving =
        cluster.brokers().stream().filter(BrokerMachine::isServing).toList();
    return serving.isEmpty() ? null : serving.get(random.nextInt(serving.size()));
  }

  /** The broker dies, or its machine does; its clients notice, each at its own time. */
  void crash(BrokerMachine broker, Crash how) {
    if (!broker.isAlive() && how == Crash.PROCESS_KILL) {
      return;
    }
    broker.crash(how);
    coverage.count(how == Crash.PROCESS_KILL ? Count.CRASHES : Count.POWER_LOSSES);
    clientsNotice(broker);
  }

  void clientsNotice(BrokerMachine died) {
    for (ClientConnection connection : new ArrayList<>(connections)) {
      if (connection.server() == died) {
        clock.after(random.nextInt(5), connection::brokerDied);
      }
    }
  }

  @Override
  public SimRandomness random() {
    return random;
  }

  @Override
  public Scheduler clock() {
    return clock;
  }

  @Override
  public void violation(String what) {
    throw new Violation(what);
  }

  @Override
  public void requested() {
    coverage.count(Count.REQUESTS);
  }

  @Override
  public void answered() {
    coverage.count(Count.ANSWERS);
  }

  @Override
  public void connected(ClientConnection connection) {
    connections.add(connection);
  }

  @Override
  public void disconnected(ClientConnection connection) {
    connections.remove(connection);
  }
}
