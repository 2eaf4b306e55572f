package io.myelin.simulation.cluster;

import io.myelin.broker.partition.Partition;
import io.myelin.metadata.InMemoryMetadataServer.Link;
import io.myelin.metadata.PartitionImage;
import io.myelin.sim.Crash;
import io.myelin.sim.DiskOperation;
import io.myelin.sim.SimRandomness;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Carries faults out, and what ends them. Several may be under way at once. A fault counts from the
 * moment that it has an effect: one that meets a machine that is down, or a disk that nobody writes
 * to, tests nothing.
 */
final class Faults {
  private static final long ROOM_BYTES = 1L << 40;
  private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final ClusterWorld world;
  private final Cluster cluster;
  private final MetadataWatch metadata;
  private final SimRandomness random;

  /** One fault of a kind. */
  private final class Fault {
    private final FaultKind kind;
    private boolean counted;

    Fault(FaultKind kind) {
      this.kind = kind;
    }

    void counts() {
      if (!counted) {
        counted = true;
        world.coverage().fault(kind);
      }
    }

    void countsIf(boolean hasAnEffect) {
      if (hasAnEffect) {
        counts();
      }
    }
  }

  Faults(ClusterWorld world) {
    this.world = world;
    this.cluster = world.cluster();
    this.metadata = world.metadata();
    this.random = world.random();
  }

  /** Begins one, which ends by itself or with {@link #endAll}. */
  void begin(FaultKind kind) throws IOException {
    Fault fault = new Fault(kind);
    long ms = 200 + random.nextInt(2_500);
    BrokerMachine broker = cluster.brokers().get(random.nextInt(3));
    ControllerMachine controller = likelyActive();
    switch (kind) {
      case BROKER_KILLED -> killed(fault, List.of(broker));
      case BROKER_KILLED_WITHIN_TASK -> killedWithinTask(fault, broker);
      case BROKER_LOSES_POWER -> losesPower(fault, broker);
      case BROKER_FROZEN -> frozen(fault, broker, ms);
      case BROKER_CUT_OFF -> cutOff(fault, broker, ms);
      case BROKER_DRAINED -> drained(fault, broker);
      case ALL_BROKERS_KILLED -> killed(fault, cluster.brokers());
      case ALL_BROKERS_LOSE_POWER -> allLosePower(fault);
      case LEADER_KILLED_WITH_UNSHARED_RECORDS -> killedWithUnsharedRecords(fault);
      case CONTROLLER_KILLED -> crashed(fault, controller, Crash.PROCESS_KILL);
      case CONTROLLER_LOSES_POWER -> crashed(fault, controller, Crash.POWER_LOSS);
      case CONTROLLER_FROZEN -> frozen(fault, controller, ms);
      case CONTROLLER_CUT_OFF -> cutOff(fault, controller, ms);
      case ONE_WAY_CUT -> oneWay(fault, ms);
      case NETWORK_SPLIT -> split(fault, ms);
      case NETWORK_SLOW -> slow(fault, ms);
      case CONNECTIONS_FORGOTTEN -> forgotten(fault, broker);
      case CLOCK_JUMP -> jumps(fault, anyMachine());
      case DISK_FULL -> full(fault, broker, ms);
      case DISK_WRITES_FAIL -> failing(fault, broker, DiskOperation.WRITE, ms);
      case DISK_SYNCS_FAIL -> failing(fault, broker, DiskOperation.FORCE, ms);
      case STORE_LOST -> {
        Link link = random.nextInt(3) == 0 ? Link.ANSWERS_LOST : Link.REQUESTS_LOST;
        cluster.controllers().forEach(one -> store(fault, one, link, ms));
      }
      case STORE_ANSWERS_LOST -> store(fault, controller, Link.ANSWERS_LOST, ms);
    }
  }

  /** Everything is repaired, and who is dead is started. To be repeated: a start may fail. */
  void endAll() {
    cluster.links().healAll();
    simulationNetwork(100, 500);
    for (Machine machine : cluster.machines()) {
      machine.disk.faults().heal();
      machine.disk.setCapacity(ROOM_BYTES);
      machine.thaw();
      cluster.store().setLink(machine.host, Link.UP);
      start(machine);
    }
  }

  /** Somebody looks after brokers whose disk has failed: they are started anew. */
  void restartFailed() {
    for (BrokerMachine broker : cluster.brokers()) {
      if (hasFailed(broker)) {
        world.crash(broker, Crash.PROCESS_KILL);
      }
      start(broker);
    }
  }

  private static boolean hasFailed(BrokerMachine broker) {
    return broker.isServing()
        && broker.core().partitions().all().stream().anyMatch(one -> one.failure() != null);
  }

  private ControllerMachine likelyActive() {
    List<ControllerMachine> active =
        cluster.controllers().stream().filter(ControllerMachine::isActive).toList();
    return active.isEmpty() || random.nextInt(4) == 0
        ? cluster.controllers().get(random.nextInt(3))
        : active.getFirst();
  }

  private Machine anyMachine() {
    return cluster.machines().get(random.nextInt(6));
  }

  private void after(long ms, Runnable task) {
    world.clock().after(ms, task);
  }

  private void start(Machine machine) {
    if (!machine.isAlive()) {
      machine.start();
    }
  }

  private void startSoon(Machine machine) {
    after(random.nextInt(1_500), () -> start(machine));
  }

  private void killed(Fault fault, List<BrokerMachine> brokers) {
    fault.countsIf(brokers.stream().allMatch(Machine::isAlive));
    brokers.forEach(this::killed);
  }

  private void killed(BrokerMachine broker) {
    world.crash(broker, Crash.PROCESS_KILL);
    startSoon(broker);
  }

  private void killedWithinTask(Fault fault, BrokerMachine broker) {
    if (broker.isAlive()) {
      broker
          .process()
          .endWithin(
              1 + random.nextInt(40),
              () -> {
                fault.counts();
                world.coverage().count(Count.CRASHES_WITHIN_TASKS);
                killed(broker);
              });
    }
  }

  /** Where that would take too much, its process is killed, which loses no page cache. */
  private void losesPower(Fault fault, BrokerMachine broker) {
    if (world.powerCuts().take(broker)) {
      fault.counts();
      startSoon(broker);
    } else {
      killed(broker);
    }
  }

  private void allLosePower(Fault fault) {
    boolean hasAnEffect = cluster.brokers().stream().allMatch(Machine::isAlive);
    if (world.powerCuts().takeAll()) {
      fault.countsIf(hasAnEffect);
      cluster.brokers().forEach(this::startSoon);
    } else {
      cluster.brokers().forEach(this::killed);
    }
  }

  /** A leader whose followers get nothing more takes records, and dies: they have to be cut off. */
  private void killedWithUnsharedRecords(Fault fault) {
    PartitionLedger ledger = world.ledgers().get(random.nextInt(world.ledgers().size()));
    PartitionImage state = metadata.state(ledger.topic(), ledger.id());
    BrokerMachine leader = state == null ? null : cluster.broker(state.leader());
    if (leader == null || !leader.isServing()) {
      return;
    }
    int life = leader.life();
    Object cause = new Object();
    cluster.brokers().stream()
        .filter(other -> other != leader)
        .forEach(other -> cluster.links().cut(cause, leader.host, other.host));
    after(
        100 + random.nextInt(300),
        () -> {
          if (leader.life() == life && leader.isServing()) {
            fault.countsIf(logEnd(leader, ledger) > ledger.end());
            killed(leader);
          }
          cluster.links().heal(cause);
        });
  }

  private static long logEnd(BrokerMachine broker, PartitionLedger ledger) {
    Partition partition = broker.core().partitions().get(ledger.topic(), ledger.id());
    return partition != null && partition.isOpen() ? partition.view().logEndOffset() : 0;
  }

  private void drained(Fault fault, BrokerMachine broker) {
    if (broker.isRegistered() && !broker.isFrozen()) {
      int life = broker.life();
      broker.wantToStop();
      stopWhenItMay(fault, broker, life, 40);
    }
  }

  private void stopWhenItMay(Fault fault, BrokerMachine broker, int life, int attempts) {
    if (!broker.isRegistered() || broker.life() != life) {
      startSoon(broker);
    } else if (attempts == 0) {
      killed(broker); // whoever asked it to stop does not wait for ever
    } else if (broker.mayStop()) {
      broker
          .core()
          .quiesce()
          .thenRun(
              () -> {
                if (broker.life() == life && broker.isServing()) {
                  broker.closeInOrder();
                  fault.counts();
                  killed(broker);
                }
              });
    } else {
      after(50, () -> stopWhenItMay(fault, broker, life, attempts - 1));
    }
  }

  private void crashed(Fault fault, ControllerMachine controller, Crash how) {
    if (controller.isAlive()) {
      fault.counts();
      controller.crash(how);
      world.coverage().count(how == Crash.PROCESS_KILL ? Count.CRASHES : Count.POWER_LOSSES);
    }
    startSoon(controller);
  }

  private void frozen(Fault fault, Machine machine, long ms) {
    if (machine.isAlive()) {
      fault.countsIf(!machine.isFrozen());
      machine.freeze();
      after(ms, machine::thaw);
    }
  }

  private void cutOff(Fault fault, Machine machine, long ms) {
    fault.countsIf(machine.isAlive());
    Object cause = new Object();
    for (Machine other : cluster.others(machine)) {
      cluster.links().cut(cause, machine.host, other.host);
      cluster.links().cut(cause, other.host, machine.host);
    }
    after(ms, () -> cluster.links().heal(cause));
  }

  private void oneWay(Fault fault, long ms) {
    Object cause = new Object();
    Machine from = anyMachine();
    fault.countsIf(from.isAlive());
    List<Machine> others = cluster.others(from);
    boolean away = random.nextInt(2) == 0;
    for (Machine to : random.nextInt(2) == 0 ? others : List.of(others.get(random.nextInt(5)))) {
      cluster.links().cut(cause, away ? from.host : to.host, away ? to.host : from.host);
    }
    after(ms, () -> cluster.links().heal(cause));
  }

  private void split(Fault fault, long ms) {
    fault.counts();
    Object cause = new Object();
    int sides = 1 + random.nextInt(62);
    List<Machine> machines = cluster.machines();
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 6; j++) {
        if ((sides >> i & 1) != (sides >> j & 1)) {
          cluster.links().cut(cause, machines.get(i).host, machines.get(j).host);
        }
      }
    }
    after(ms, () -> cluster.links().heal(cause));
  }

  private void slow(Fault fault, long ms) {
    fault.counts();
    simulationNetwork(100, 5_000 + random.nextInt(40_000));
    after(ms, () -> simulationNetwork(100, 500));
  }

  private void simulationNetwork(long usMin, long usMax) {
    cluster.simulation().network().setLatency(usMin * 1_000, usMax * 1_000);
  }

  private void forgotten(Fault fault, Machine machine) {
    for (Machine other : cluster.others(machine)) {
      if (random.nextInt(2) == 0) {
        fault.countsIf(cluster.simulation().network().forget(machine.host, other.host));
      }
    }
  }

  private void jumps(Fault fault, Machine machine) {
    fault.countsIf(machine.isAlive());
    machine.clock.jump(random.nextInt(1_200_000) - 600_000L);
  }

  /** Full within the next appends, or the next forces. */
  private void full(Fault fault, BrokerMachine broker, long ms) throws IOException {
    long used =
        broker.disk.totalBytes(BrokerMachine.LOGS) - broker.disk.usableBytes(BrokerMachine.LOGS);
    broker.disk.allocateLate(random.nextInt(2) == 0);
    broker.disk.setCapacity(used + random.nextInt(10_000));
    after(
        ms,
        () -> {
          fault.countsIf(broker.disk.usableBytes(BrokerMachine.LOGS) == 0);
          broker.disk.setCapacity(ROOM_BYTES);
          if (hasFailed(broker)) {
            killed(broker);
          }
        });
  }

  private void failing(Fault fault, BrokerMachine broker, DiskOperation operation, long ms) {
    double probability = operation == DiskOperation.FORCE ? 0.2 : 0.05;
    broker
        .disk
        .faults()
        .failWhen(
            (which, path) -> {
              boolean fails = which == operation && random.chance(probability);
              fault.countsIf(fails);
              return fails;
            });
    broker
        .disk
        .faults()
        .chargeTime((which, path, bytes) -> which == DiskOperation.FORCE ? NS_PER_MS / 2 : 0);
    after(
        ms,
        () -> {
          broker.disk.faults().heal();
          killed(broker);
        });
  }

  private void store(Fault fault, ControllerMachine controller, Link link, long ms) {
    fault.countsIf(controller.isAlive());
    cluster.store().setLink(controller.host, link);
    after(ms, () -> cluster.store().setLink(controller.host, Link.UP));
  }
}
