package io.myelin.simulation.cluster;

import io.myelin.broker.partition.Partition;
import io.myelin.metadata.InMemoryMetadataServer.Link;
import io.myelin.metadata.PartitionImage;
import io.myelin.sim.Crash;
import io.myelin.sim.DiskOperation;
import io.myelin.sim.SimRandomness;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Carries faults out, and what ends them. Several may be under way at once.
 *
 * <p>Of what is committed one intact copy has to be left that the controller can find, or nothing
 * could be promised: a machine loses its power only while another broker that is in sync runs and
 * has everything, and nobody else lacks what it lost with its power. Otherwise its process is
 * killed, which loses no page cache.
 */
final class Faults {
  private static final long ROOM_BYTES = 1L << 40;
  private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final ClusterWorld world;
  private final Cluster cluster;
  private final MetadataWatch metadata;
  private final SimRandomness random;

  /** Lost their power, and have not caught up since. */
  private final Set<BrokerMachine> lossy = new LinkedHashSet<>();

  private boolean powerIsKept;

  Faults(ClusterWorld world) {
    this.world = world;
    this.cluster = world.cluster();
    this.metadata = world.metadata();
    this.random = world.random();
  }

  /** Begins one, which ends by itself or with {@link #endAll}. */
  void begin(FaultKind kind) throws IOException {
    world.coverage().fault(kind);
    long ms = 200 + random.nextInt(2_500);
    BrokerMachine broker = cluster.brokers().get(random.nextInt(3));
    ControllerMachine controller = likelyActive();
    switch (kind) {
      case BROKER_KILLED -> killed(broker);
      case BROKER_KILLED_WITHIN_TASK -> killedWithinTask(broker);
      case BROKER_LOSES_POWER -> losesPower(broker);
      case BROKER_FROZEN -> frozen(broker, ms);
      case BROKER_CUT_OFF -> cutOff(broker, ms);
      case BROKER_DRAINED -> drained(broker);
      case ALL_BROKERS_KILLED -> cluster.brokers().forEach(this::killed);
      case LEADER_KILLED_WITH_UNSHARED_RECORDS -> killedWithUnsharedRecords();
      case CONTROLLER_KILLED -> killed(controller, Crash.PROCESS_KILL);
      case CONTROLLER_LOSES_POWER -> killed(controller, Crash.POWER_LOSS);
      case CONTROLLER_FROZEN -> frozen(controller, ms);
      case CONTROLLER_CUT_OFF -> cutOff(controller, ms);
      case ONE_WAY_CUT -> oneWay(ms);
      case NETWORK_SPLIT -> split(ms);
      case NETWORK_SLOW -> slow(ms);
      case CONNECTIONS_FORGOTTEN -> forgotten(broker);
      case CLOCK_JUMP -> anyMachine().clock.jump(random.nextInt(1_200_000) - 600_000L);
      case DISK_FULL -> full(broker, ms);
      case DISK_WRITES_FAIL -> failing(broker, DiskOperation.WRITE, ms);
      case DISK_SYNCS_FAIL -> failing(broker, DiskOperation.FORCE, ms);
      case STORE_LOST -> {
        Link link = random.nextInt(3) == 0 ? Link.ANSWERS_LOST : Link.REQUESTS_LOST;
        cluster.controllers().forEach(one -> store(one, link, ms));
      }
      case STORE_ANSWERS_LOST -> store(controller, Link.ANSWERS_LOST, ms);
    }
  }

  /**
   * From now on no broker loses its power, and is killed instead: nothing could be promised of a
   * partition that somebody moves away to the very machine that has just lost what it had.
   */
  void keepPower() {
    powerIsKept = true;
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

  private void killed(BrokerMachine broker) {
    world.crash(broker, Crash.PROCESS_KILL);
    startSoon(broker);
  }

  private void killedWithinTask(BrokerMachine broker) {
    if (broker.isAlive()) {
      broker
          .process()
          .endWithin(
              1 + random.nextInt(40),
              () -> {
                world.coverage().count(Count.CRASHES_WITHIN_TASKS);
                killed(broker);
              });
    }
  }

  private void losesPower(BrokerMachine broker) {
    if (!powerIsKept && mayLoseAll(broker)) {
      Crash how = random.nextInt(2) == 0 ? Crash.POWER_LOSS : Crash.POWER_LOSS_OF_ALL_UNSYNCED;
      lossy.add(broker);
      world.crash(broker, how);
      startSoon(broker);
    } else {
      killed(broker);
    }
  }

  /** Whether everything that is committed is also somewhere else that runs and is in sync. */
  private boolean mayLoseAll(BrokerMachine broker) {
    lossy.removeIf(this::isBack);
    return (lossy.isEmpty() || lossy.equals(Set.of(broker)))
        && world.ledgers().stream()
            .allMatch(
                ledger ->
                    cluster.brokers().stream()
                        .anyMatch(other -> other != broker && isInSyncWithAll(other, ledger)));
  }

  private boolean isBack(BrokerMachine broker) {
    return world.ledgers().stream().allMatch(ledger -> isInSyncWithAll(broker, ledger));
  }

  private boolean isInSyncWithAll(BrokerMachine broker, PartitionLedger ledger) {
    PartitionImage state = metadata.state(ledger.topic(), ledger.id());
    if (!broker.isServing() || state == null || !state.inSync().contains(broker.id)) {
      return false;
    }
    Partition partition = broker.core().partitions().get(ledger.topic(), ledger.id());
    return metadata.isThisLife(broker)
        && partition != null
        && partition.isOpen()
        && partition.failure() == null
        && partition.view().logEndOffset() >= ledger.end();
  }

  /** A leader whose followers get nothing more takes records, and dies: they have to be cut off. */
  private void killedWithUnsharedRecords() {
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
          if (leader.life() == life) {
            killed(leader);
          }
          cluster.links().heal(cause);
        });
  }

  private void drained(BrokerMachine broker) {
    if (broker.isRegistered() && !broker.isFrozen()) {
      int life = broker.life();
      broker.wantToStop();
      stopWhenItMay(broker, life, 40);
    }
  }

  private void stopWhenItMay(BrokerMachine broker, int life, int attempts) {
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
                  killed(broker);
                }
              });
    } else {
      after(50, () -> stopWhenItMay(broker, life, attempts - 1));
    }
  }

  private void killed(ControllerMachine controller, Crash how) {
    if (controller.isAlive()) {
      controller.crash(how);
      world.coverage().count(how == Crash.PROCESS_KILL ? Count.CRASHES : Count.POWER_LOSSES);
    }
    startSoon(controller);
  }

  private void frozen(Machine machine, long ms) {
    if (machine.isAlive()) {
      machine.freeze();
      after(ms, machine::thaw);
    }
  }

  private void cutOff(Machine machine, long ms) {
    Object cause = new Object();
    for (Machine other : cluster.others(machine)) {
      cluster.links().cut(cause, machine.host, other.host);
      cluster.links().cut(cause, other.host, machine.host);
    }
    after(ms, () -> cluster.links().heal(cause));
  }

  private void oneWay(long ms) {
    Object cause = new Object();
    Machine from = anyMachine();
    List<Machine> others = cluster.others(from);
    boolean away = random.nextInt(2) == 0;
    for (Machine to : random.nextInt(2) == 0 ? others : List.of(others.get(random.nextInt(5)))) {
      cluster.links().cut(cause, away ? from.host : to.host, away ? to.host : from.host);
    }
    after(ms, () -> cluster.links().heal(cause));
  }

  private void split(long ms) {
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

  private void slow(long ms) {
    simulationNetwork(100, 5_000 + random.nextInt(40_000));
    after(ms, () -> simulationNetwork(100, 500));
  }

  private void simulationNetwork(long usMin, long usMax) {
    cluster.simulation().network().setLatency(usMin * 1_000, usMax * 1_000);
  }

  private void forgotten(Machine machine) {
    for (Machine other : cluster.others(machine)) {
      if (random.nextInt(2) == 0) {
        cluster.simulation().network().forget(machine.host, other.host);
      }
    }
  }

  /** Full within the next appends, or the next forces. */
  private void full(BrokerMachine broker, long ms) throws IOException {
    long used =
        broker.disk.totalBytes(BrokerMachine.LOGS) - broker.disk.usableBytes(BrokerMachine.LOGS);
    broker.disk.allocateLate(random.nextInt(2) == 0);
    broker.disk.setCapacity(used + random.nextInt(10_000));
    after(
        ms,
        () -> {
          broker.disk.setCapacity(ROOM_BYTES);
          if (hasFailed(broker)) {
            killed(broker);
          }
        });
  }

  private void failing(BrokerMachine broker, DiskOperation operation, long ms) {
    double probability = operation == DiskOperation.FORCE ? 0.2 : 0.05;
    broker
        .disk
        .faults()
        .failWhen((which, path) -> which == operation && random.chance(probability));
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

  private void store(ControllerMachine controller, Link link, long ms) {
    cluster.store().setLink(controller.host, link);
    after(ms, () -> cluster.store().setLink(controller.host, Link.UP));
  }
}
