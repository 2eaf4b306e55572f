package io.myelin.simulation;

import io.myelin.broker.partition.Partition;
import io.myelin.env.Disk;
import io.myelin.log.LogView;
import io.myelin.sim.Crash;
import io.myelin.sim.SimRandomness;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One run: clients work, the broker crashes and comes back, several times; at the end everything is
 * read and compared. The seed decides about all of it.
 */
final class BrokerRun {
  // Simulated time in which anything must have happened on a healthy machine.
  private static final long PATIENCE_MS = 120_000;

  private final Simulation simulation;
  private final World world;
  private final SimRandomness random;
  private final List<Client> clients = new ArrayList<>();
  private final List<Producer> producers = new ArrayList<>();
  private final List<GroupMember> members = new ArrayList<>();
  private final Map<Partition, Long> highWatermarks = new HashMap<>();

  /**
   * @param disk what the broker takes its disk for; the identity: what it is
   * @param trace is told every event
   */
  BrokerRun(long seed, UnaryOperator<Disk> disk, Consumer<String> trace) {
    simulation = new Simulation(seed);
    simulation.onEvent(trace);
    world = new World(simulation, disk);
    random = simulation.randomness();
  }

  Coverage run() throws IOException {
    startBroker();
    makeTopic("volatile", 2, Map.of("internal.segment.bytes", "20000"));
    makeTopic("durable", 2, Map.of("internal.segment.bytes", "20000", "flush.messages", "1"));
    startClients();
    int rounds = 2 + random.nextInt(4);
    for (int round = 0; round < rounds; round++) {
      passTime(50 + random.nextInt(1000));
      boolean syncFailed = new DiskTrouble(world).begin(random.nextInt(6));
      passTime(50 + random.nextInt(1500));
      crash(syncFailed);
      simulation.disk().faults().heal();
      simulation.disk().setCapacity(DiskTrouble.ROOM_BYTES);
      if (random.nextInt(2) == 0) {
        crashWhileStarting();
      }
      startBroker();
      if (world.isLossy()) {
        audit();
      }
      world.openGate();
    }
    passTime(500 + random.nextInt(1000));
    finish();
    world.coverage().runs++;
    return world.coverage();
  }

  private void startBroker() {
    world.broker().start();
    world.coverage().starts++;
    await("the broker's start", world.broker()::isServing);
  }

  /** Recovery is interrupted, and has to be done again on what it left. */
  private void crashWhileStarting() {
    world.broker().start();
    world.coverage().starts++;
    Crash how = Crash.values()[random.nextInt(Crash.values().length)];
    world.broker().crashWithin(1 + random.nextInt(150), () -> world.crash(how));
    awaitFor(500, () -> !world.broker().isAlive());
    world.crash(how);
    world.coverage().crashesWhileStarting++;
  }

  private void makeTopic(String topic, int partitions, Map<String, String> configs) {
    TopicMaker maker = new TopicMaker(world, topic, partitions, configs);
    maker.start();
    await("topic " + topic, maker::isDone);
    for (int id = 0; id < partitions; id++) {
      world.history(topic, id, configs.containsKey("flush.messages"));
    }
  }

  private void startClients() {
    int number = 0;
    for (PartitionHistory history : world.histories()) {
      producers.add(new Producer(world, BatchSender.IDEMPOTENT + number++, history));
      if (random.nextInt(2) == 0) {
        producers.add(new Producer(world, "plain" + number++, history));
      }
      if (random.nextInt(2) == 0) {
        producers.add(new Producer(world, BatchSender.IDEMPOTENT + number++, history));
      }
      clients.add(new io.myelin.simulation.Consumer(world, "consumer" + number++, history));
    }
    for (int i = 0; i < 2; i++) {
      members.add(new GroupMember(world, "member" + i, world.histories().get(i)));
      clients.add(new Trimmer(world, "trimmer" + i, world.histories().get(2 * i)));
    }
    clients.add(new TopicChurner(world, "churner"));
    clients.addAll(members);
    clients.addAll(producers);
    clients.forEach(Client::start);
  }

  /**
   * @param syncFailed the page cache may show what the disk does not have, and the process is not
   *     to be killed before it has left word of that
   */
  private void crash(boolean syncFailed) {
    Crash how =
        switch (random.nextInt(4)) {
          case 0 -> Crash.POWER_LOSS;
          case 1 -> Crash.POWER_LOSS_OF_ALL_UNSYNCED;
          default -> Crash.PROCESS_KILL;
        };
    boolean withinTask = random.nextInt(2) == 0;
    if (withinTask && !(syncFailed && how == Crash.PROCESS_KILL)) {
      world.broker().crashWithin(1 + random.nextInt(60), () -> world.crash(how));
      if (awaitFor(2000, () -> !world.broker().isAlive())) {
        world.coverage().killsWithinTasks++;
        return;
      }
    }
    world.crash(how);
  }

  /** Everybody stops; then everything is there, and nothing is left behind. */
  private void finish() throws IOException {
    world.stopProducing();
    await("the last answers", () -> producers.stream().allMatch(Producer::isIdle));
    audit();
    for (GroupMember member : members) {
      int before = member.commits();
      await("a commit of " + member.name, () -> member.commits() > before);
    }
    clients.forEach(Client::stop);
    await("the end of connections", () -> world.broker().core().connections().count() == 0);
    passTime(1000);
    if (world.broker().bufferBytes() != 0) {
      world.violation(world.broker().bufferBytes() + " bytes of network buffers leaked");
    }
    await("the end of appends", world.broker().quiesce()::isDone);
    world.broker().stop();
    startBroker();
    audit();
    damage();
  }

  /** Last of all, since nothing heals it: one bit of cold data turns. */
  private void damage() throws IOException {
    PartitionHistory target = world.histories().get(random.nextInt(world.histories().size()));
    long offset = BitRot.strike(simulation.disk(), random, target);
    if (offset < 0) {
      return;
    }
    world.coverage().bitFlips++;
    if (random.nextInt(2) == 0) {
      world.crash(Crash.PROCESS_KILL);
      startBroker();
    }
    DamageSurvey survey = new DamageSurvey(world, target, offset);
    survey.start();
    await("an answer about the damaged batch", survey::isDone);
  }

  private void audit() {
    List<Auditor> auditors =
        world.histories().stream().map(history -> new Auditor(world, history)).toList();
    auditors.forEach(Auditor::start);
    await("reading everything", () -> auditors.stream().allMatch(Auditor::isDone));
  }

  private void passTime(long ms) {
    awaitFor(ms, () -> false);
  }

  private void await(String what, BooleanSupplier condition) {
    if (!awaitFor(PATIENCE_MS, condition)) {
      world.violation(what + " did not happen within " + PATIENCE_MS + " ms");
    }
  }

  private boolean awaitFor(long ms, BooleanSupplier condition) {
    return simulation.runUntil(
        () -> {
          checkWatermarks();
          return condition.getAsBoolean();
        },
        ms);
  }

  /** After every step. */
  private void checkWatermarks() {
    if (!world.broker().isServing()) {
      highWatermarks.clear();
      return;
    }
    for (Partition partition : world.broker().core().partitions().all()) {
      if (!partition.isOpen()) {
        continue;
      }
      LogView view = partition.view();
      long before = highWatermarks.getOrDefault(partition, 0L);
      if (view.highWatermark() > view.logEndOffset() || view.highWatermark() < before) {
        world.violation(
            "%s-%d: high watermark %d, before %d, log end %d"
                .formatted(
                    partition.topic(),
                    partition.id(),
                    view.highWatermark(),
                    before,
                    view.logEndOffset()));
      }
      highWatermarks.put(partition, view.highWatermark());
    }
  }
}
