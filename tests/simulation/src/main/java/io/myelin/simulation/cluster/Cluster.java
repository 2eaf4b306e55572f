package io.myelin.simulation.cluster;

import io.myelin.metadata.InMemoryMetadataServer;
import io.myelin.rpc.Address;
import io.myelin.sim.SimDisk;
import io.myelin.sim.SimRandomness;
import io.myelin.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Controllers, brokers, the metadata store and the network between them: everything but the sockets
 * of clients and the store is the real thing. Confined to the simulation's thread.
 */
final class Cluster {
  static final int CONTROLLER_PORT = 9090;
  static final int PEER_PORT = 9094;

  /** How long a request takes to the metadata store and takes effect there. */
  private static final int STORE_MS_MAX = 4;

  private final Simulation simulation;
  private final SimRandomness random;
  private final Seams seams;
  private final Consumer<String> violations;
  private final Links links;
  private final InMemoryMetadataServer store;
  private final List<ControllerMachine> controllers = new ArrayList<>();
  private final List<BrokerMachine> brokers = new ArrayList<>();

  /**
   * @param violations is told what must not happen
   */
  Cluster(Simulation simulation, Seams seams, Consumer<String> violations) {
    this.simulation = simulation;
    this.random = simulation.randomness().split();
    this.seams = seams;
    this.violations = violations;
    this.links = new Links(simulation.network());
    this.store = new InMemoryMetadataServer("store-1", simulation.clock());
    for (int id = 1; id <= 3; id++) {
      controllers.add(new ControllerMachine(this, id));
    }
    for (int id = 1; id <= 3; id++) {
      brokers.add(new BrokerMachine(this, id));
    }
  }

  void start() {
    controllers.forEach(Machine::start);
    brokers.forEach(Machine::start);
  }

  Simulation simulation() {
    return simulation;
  }

  SimRandomness random() {
    return random;
  }

  Seams seams() {
    return seams;
  }

  Links links() {
    return links;
  }

  InMemoryMetadataServer store() {
    return store;
  }

  long storeLatencyMs() {
    return random.nextInt(STORE_MS_MAX);
  }

  List<ControllerMachine> controllers() {
    return controllers;
  }

  List<BrokerMachine> brokers() {
    return brokers;
  }

  /** Null: there is none. */
  BrokerMachine broker(int id) {
    return id < 1 || id > brokers.size() ? null : brokers.get(id - 1);
  }

  List<Machine> machines() {
    List<Machine> all = new ArrayList<>(controllers);
    all.addAll(brokers);
    return all;
  }

  List<Machine> others(Machine than) {
    List<Machine> others = machines();
    others.remove(than);
    return others;
  }

  List<Address> controllerAddresses() {
    return controllers.stream().map(one -> new Address(one.host, CONTROLLER_PORT)).toList();
  }

  SimDisk newDisk() {
    return new SimDisk(random.split(), simulation::charge);
  }

  void violation(String what) {
    violations.accept(what);
  }
}
