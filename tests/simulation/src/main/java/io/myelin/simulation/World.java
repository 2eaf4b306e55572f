package io.myelin.simulation;

import io.myelin.env.Disk;
import io.myelin.env.Scheduler;
import io.myelin.sim.Crash;
import io.myelin.sim.SimRandomness;
import io.myelin.sim.Simulation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What all clients of one run share. Confined to the simulation's thread. */
final class World implements ClientSide {
  private final Simulation simulation;
  private final SimRandomness random;
  private final Scheduler clock;
  private final SimulatedBroker broker;
  private final Coverage coverage = new Coverage();
  private final Set<ClientConnection> connections = new LinkedHashSet<>();
  private final Map<String, PartitionHistory> histories = new LinkedHashMap<>();
  private final List<OffsetHistory> offsets = new ArrayList<>();
  private boolean gateOpen = true;
  private boolean stopping;

  World(Simulation simulation, UnaryOperator<Disk> disk) {
    this.simulation = simulation;
    this.random = simulation.randomness().split();
    this.clock = simulation.environment().scheduler();
    this.broker = new SimulatedBroker(simulation, disk, this::violation);
  }

  Simulation simulation() {
    return simulation;
  }

  @Override
  public SimRandomness random() {
    return random;
  }

  @Override
  public Scheduler clock() {
    return clock;
  }

  SimulatedBroker broker() {
    return broker;
  }

  Coverage coverage() {
    return coverage;
  }

  /** Whether clients may connect: not while what a power loss has left is looked at. */
  boolean mayConnect() {
    return gateOpen && broker.isServing();
  }

  void openGate() {
    gateOpen = true;
  }

  /** Whether unflushed records may be gone, and no audit has found out yet. */
  boolean isLossy() {
    return histories.values().stream().anyMatch(PartitionHistory::mayHaveLostTail);
  }

  /** From now on no producer begins anything. */
  void stopProducing() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  @Override
  public void violation(String what) {
    throw new Violation(what);
  }

  PartitionHistory history(String topic, int partition, boolean durable) {
    return histories.computeIfAbsent(
        topic + "-" + partition, key -> new PartitionHistory(this, topic, partition, durable));
  }

  List<PartitionHistory> histories() {
    return List.copyOf(histories.values());
  }

  OffsetHistory offsets(String name) {
    OffsetHistory history = new OffsetHistory(this, name);
    offsets.add(history);
    return history;
  }

  @Override
  public void requested() {
    coverage.requests++;
  }

  @Override
  public void answered() {
    coverage.answers++;
  }

  @Override
  public void connected(ClientConnection connection) {
    connections.add(connection);
  }

  @Override
  public void disconnected(ClientConnection connection) {
    connections.remove(connection);
  }

  /** The process dies; clients notice. */
  void crash(Crash how) {
    if (!broker.isAlive()) {
      return;
    }
    broker.crash(how);
    if (how == Crash.PROCESS_KILL) {
      coverage.kills++;
    } else {
      coverage.powerLosses++;
      gateOpen = false;
      histories.values().forEach(PartitionHistory::powerLost);
      offsets.forEach(OffsetHistory::powerLost);
    }
    // Each notices at its own time, not within the task that died.
    for (ClientConnection connection : new ArrayList<>(connections)) {
      clock.after(random.nextInt(5), connection::brokerDied);
    }
  }
}
