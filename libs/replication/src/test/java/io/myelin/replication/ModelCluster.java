package io.myelin.replication;

import io.myelin.replication.FollowerEffect.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * One partition on three brokers, in one thread: a seed decides what happens next. Messages of a
 * stream stay in order, those of different streams do not; images, proposals and their answers come
 * whenever they like or never. Checks after each step what must hold.
 */
final class ModelCluster {
  static final int BROKERS = 3;
  static final int IN_SYNC_MIN = 2;
  static final Limits LIMITS = new Limits(IN_SYNC_MIN, 1000);

  record Rules(Supplier<LeaderRules> leaders, Supplier<FollowerRules> followers) {
    static final Rules SOUND = new Rules(LeaderRules::new, FollowerRules::new);

    LeaderRules leader() {
      return leaders.get();
    }

    FollowerRules follower() {
      return followers.get();
    }
  }

  private record Channel(int from, int to, Lane lane) implements Comparable<Channel> {
    @Override
    public int compareTo(Channel other) {
      return Integer.compare(number(), other.number());
    }

    private int number() {
      return (from * BROKERS + to) * 2 + lane.ordinal();
    }
  }

  private record Asked(int from, LeaderEffect.Proposal proposal) {}

  final Rules rules;
  private final Random random;
  private final List<ModelBroker> brokers = new ArrayList<>();
  private final ModelController controller = new ModelController(BROKERS);
  private final TreeMap<Channel, ArrayDeque<ModelMessage>> channels = new TreeMap<>();
  private final TreeSet<Channel> stalled = new TreeSet<>();
  private final List<Asked> asked = new ArrayList<>();
  private final List<Runnable> answers = new ArrayList<>();
  private final Map<Long, ModelLog.Entry> committed = new HashMap<>();
  private long committedEnd;
  long nowMs = 1_000_000;
  int truncations;
  int elections;
  private int nextValue;

  ModelCluster(long seed, Rules rules) {
    this.random = new Random(seed);
    this.rules = rules;
    for (int id = 0; id < BROKERS; id++) {
      ModelBroker broker = new ModelBroker(this, id);
      broker.start(controller.brokerEpoch(id));
      brokers.add(broker);
    }
  }

  long committedEnd() {
    return committedEnd;
  }

  void send(int from, int to, Lane lane, ModelMessage message) {
    channels.computeIfAbsent(new Channel(from, to, lane), c -> new ArrayDeque<>()).add(message);
  }

  void propose(int from, LeaderEffect.Proposal proposal) {
    asked.add(new Asked(from, proposal));
  }

  /** {@code leader} is about to tell the world that all below {@code offset} is committed. */
  void committed(ModelBroker leader, long offset) {
    ModelLog log = leader.log;
    check(offset >= log.highWatermark, "a watermark goes back on broker %d", leader.id);
    check(offset <= log.end(), "a watermark beyond the log end of broker %d", leader.id);
    if (leader.leader != null && offset > log.highWatermark) {
      int inSync = leader.leader.membership().inSync().size();
      check(inSync >= IN_SYNC_MIN || offset <= committedEnd, "committed by %d replicas", inSync);
    }
    for (long at = Math.max(log.start(), log.highWatermark); at < offset; at++) {
      ModelLog.Entry known = committed.putIfAbsent(at, log.at(at));
      check(known == null || known.equals(log.at(at)), "offset %d has changed", at);
    }
    committedEnd = Math.max(committedEnd, offset);
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      checkAll();
    }
  }

  private void step() {
    nowMs += random.nextInt(20);
    int what = random.nextInt(200);
    ModelBroker broker = brokers.get(random.nextInt(BROKERS));
    if (what < 120) {
      deliverOne();
    } else if (what < 145) {
      if (broker.isLeading()) {
        broker.produce(nextValue++);
      }
    } else if (what < 165) {
      if (broker.running) {
        broker.onImage(controller.image());
      }
    } else if (what < 178) {
      controllerAnswersOne();
    } else if (what < 184) {
      answerOne();
    } else if (what < 190) {
      nowMs += random.nextInt(400);
      if (broker.running) {
        broker.tick();
      }
    } else if (what == 190) {
      elect(broker.id);
    } else if (what == 191) {
      disconnect(broker.id, random.nextInt(BROKERS));
    } else if (what == 192) {
      fence(broker.id);
    } else if (what < 196) {
      comeBack(broker);
    } else if (what == 196) {
      crash(broker);
    } else if (what == 197 && broker.isLeading()) {
      broker.trim();
    } else if (what == 198) {
      stalled.add(new Channel(broker.id, random.nextInt(BROKERS), randomLane()));
    } else if (what == 199) {
      stalled.clear();
    }
  }

  private Lane randomLane() {
    return random.nextBoolean() ? Lane.IN_SYNC : Lane.CATCHING_UP;
  }

  private void deliverOne() {
    List<Channel> busy = new ArrayList<>();
    channels.forEach(
        (channel, messages) -> {
          if (!messages.isEmpty() && !stalled.contains(channel)) {
            busy.add(channel);
          }
        });
    if (!busy.isEmpty()) {
      Channel channel = busy.get(random.nextInt(busy.size()));
      ModelMessage message = channels.get(channel).poll();
      ModelBroker to = brokers.get(channel.to);
      if (to.running) {
        to.onMessage(channel.from, channel.lane, message);
      }
    }
  }

  private void controllerAnswersOne() {
    if (asked.isEmpty()) {
      return;
    }
    Asked next = asked.remove(random.nextInt(asked.size()));
    ModelBroker from = brokers.get(next.from);
    int fate = random.nextInt(10);
    if (fate == 0) { // lost on its way there
      answers.add(() -> refuse(from, next, LeaderEvent.Refusal.UNKNOWN));
      return;
    }
    LeaderEvent.Refusal refusal = controller.alter(next.from, next.proposal);
    if (fate == 1) { // lost on its way back
      answers.add(() -> refuse(from, next, LeaderEvent.Refusal.UNKNOWN));
    } else if (refusal != null) {
      answers.add(() -> refuse(from, next, refusal));
    }
  }

  private static void refuse(ModelBroker to, Asked asked, LeaderEvent.Refusal refusal) {
    if (to.running) {
      to.onRefused(asked.proposal.partitionEpoch(), refusal);
    }
  }

  private void answerOne() {
    if (!answers.isEmpty()) {
      answers.remove(random.nextInt(answers.size())).run();
    }
  }

  private void elect(int broker) {
    if (controller.leader() != ModelController.NO_LEADER
        && controller.membership().inSync().contains(broker)
        && !controller.isFenced(broker)) {
      elections++;
      controller.elect(broker);
    }
  }

  private void fence(int broker) {
    if (!controller.isFenced(broker) && controller.isIntactWithout(broker)) {
      elections++;
      controller.fence(broker);
    }
  }

  private void comeBack(ModelBroker broker) {
    if (!broker.running) {
      controller.register(broker.id);
      broker.start(controller.brokerEpoch(broker.id));
      disconnectAll(broker.id); // what was sent to it meanwhile did not arrive
    } else if (controller.isFenced(broker.id) && nowMs % 8 == 0) {
      controller.register(broker.id); // its session was over, its streams are not
    } else if (controller.isFenced(broker.id)) {
      controller.unfence(broker.id);
    }
  }

  private void crash(ModelBroker broker) {
    if (!broker.running) {
      return;
    }
    int lost = controller.isIntactWithout(broker.id) ? random.nextInt(4) : 0;
    if (lost > 0) {
      controller.damaged.add(broker.id);
    }
    broker.crash(lost);
    // Asking to be alone in sync and then losing its log leaves no intact copy.
    asked.removeIf(proposal -> proposal.from == broker.id);
    disconnectAll(broker.id);
  }

  private void disconnectAll(int broker) {
    for (int other = 0; other < BROKERS; other++) {
      disconnect(broker, other);
    }
  }

  private void disconnect(int one, int other) {
    if (one == other) {
      return;
    }
    for (Lane lane : Lane.values()) {
      channels.remove(new Channel(one, other, lane));
      channels.remove(new Channel(other, one, lane));
      tellDisconnected(one, other, lane);
      tellDisconnected(other, one, lane);
    }
  }

  private void tellDisconnected(int broker, int peer, Lane lane) {
    if (brokers.get(broker).running) {
      brokers.get(broker).onDisconnected(peer, lane);
    }
  }

  private void checkAll() {
    for (int member : controller.membership().inSync()) {
      if (!controller.damaged.contains(member)) {
        checkHoldsAllCommitted(brokers.get(member));
      }
    }
    for (ModelBroker one : brokers) {
      long end = Math.min(one.log.highWatermark, one.log.end());
      for (long at = one.log.start(); at < end; at++) {
        check(
            one.log.at(at).equals(committed.get(at)),
            "broker %d shows at %d what is not committed",
            one.id,
            at);
      }
    }
  }

  private void checkHoldsAllCommitted(ModelBroker broker) {
    check(
        broker.log.end() >= committedEnd,
        "broker %d is in sync and ends at %d, but %d is committed",
        broker.id,
        broker.log.end(),
        committedEnd);
    for (long at = broker.log.start(); at < committedEnd; at++) {
      check(
          broker.log.at(at).equals(committed.get(at)),
          "broker %d is in sync and has something else at %d",
          broker.id,
          at);
    }
  }

  private static void check(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new Violation(message.formatted(values));
    }
  }

  /** No more trouble: everybody must be in sync again, and a new record must be committed. */
  void calm() {
    stalled.clear();
    for (int round = 0; round < 30; round++) {
      brokers.forEach(this::comeBack);
      brokers.forEach(broker -> broker.onImage(controller.image()));
      deliverAll();
      nowMs += 300;
      brokers.forEach(ModelBroker::tick);
      while (!asked.isEmpty()) {
        controllerAnswersOne();
      }
      while (!answers.isEmpty()) {
        answerOne();
      }
      checkAll();
    }
    ModelBroker leader = brokers.get(controller.leader());
    long before = committedEnd;
    leader.produce(nextValue++);
    deliverAll();
    checkAll();
    check(controller.membership().inSync().size() == BROKERS, "not all came back in sync");
    check(committedEnd > before, "the cluster is calm, but nothing is committed");
    for (ModelBroker broker : brokers) {
      check(broker.log.end() == leader.log.end(), "broker %d has not caught up", broker.id);
    }
  }

  private void deliverAll() {
    while (channels.values().stream().anyMatch(messages -> !messages.isEmpty())) {
      deliverOne();
    }
  }
}
