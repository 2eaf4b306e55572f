package io.myelin.simulation.cluster;

import io.myelin.broker.partition.Partition;
import io.myelin.log.PartitionLog;
import io.myelin.metadata.PartitionImage;
import io.myelin.sim.Crash;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Machines of brokers lose their power, and with it what they have not forced.
 *
 * <p>One of them by itself takes nothing that is committed, as long as a copy is left that the
 * controller can find: so it loses its power only while another broker that is in sync runs and has
 * everything, and nobody else lacks what it lost with its power.
 *
 * <p>All of them at once may take the end of what is committed. What must hold then: a topic that
 * flushes before it acknowledges loses nothing; of any other is left what any of the last known
 * replicas has, and so at least what it is known to have had on stable storage; and the partitions
 * come back without anybody's help.
 */
final class PowerCuts {
  private final ClusterWorld world;

  /** Lost their power, and have not caught up since. */
  private final Set<BrokerMachine> lossy = new LinkedHashSet<>();

  /** When the power of all failed: the ends of what was on stable storage. */
  private final Map<BrokerMachine, Map<PartitionLedger, Long>> stored = new HashMap<>();

  /** Led by a last known replica whose log is not open yet; what the best of them has. */
  private final Map<PartitionLedger, Long> undecided = new LinkedHashMap<>();

  private boolean ended;

  PowerCuts(ClusterWorld world) {
    this.world = world;
  }

  /**
   * From now on nobody loses power: nothing could be promised of a partition that somebody moves
   * away to the very machine that has just lost what it had.
   */
  void end() {
    ended = true;
  }

  /** False: it would take too much, and nothing has happened. */
  boolean take(BrokerMachine broker) {
    if (ended || !broker.isAlive() || !mayLoseAll(broker)) {
      return false;
    }
    lossy.add(broker);
    world.crash(broker, anyHow());
    return true;
  }

  /** False: nothing has happened, see {@link #end}. */
  boolean takeAll() {
    if (ended) {
      return false;
    }
    stored.clear();
    for (BrokerMachine broker : world.cluster().brokers()) {
      Map<PartitionLedger, Long> ends = new HashMap<>();
      world
          .ledgers()
          .forEach(ledger -> ends.put(ledger, end(broker, ledger, PartitionLog::recoveryPoint)));
      stored.put(broker, ends);
    }
    world.ledgers().forEach(PartitionLedger::lostPower);
    for (BrokerMachine broker : world.cluster().brokers()) {
      lossy.add(broker);
      world.crash(broker, anyHow());
    }
    return true;
  }

  private Crash anyHow() {
    return world.random().nextInt(2) == 0 ? Crash.POWER_LOSS : Crash.POWER_LOSS_OF_ALL_UNSYNCED;
  }

  /** Whether everything that is committed is also somewhere else that runs and is in sync. */
  private boolean mayLoseAll(BrokerMachine broker) {
    lossy.removeIf(this::isBack);
    return (lossy.isEmpty() || lossy.equals(Set.of(broker)))
        && world.ledgers().stream()
            .allMatch(
                ledger ->
                    world.cluster().brokers().stream()
                        .anyMatch(other -> other != broker && isInSyncWithAll(other, ledger)));
  }

  private boolean isBack(BrokerMachine broker) {
    return world.ledgers().stream().allMatch(ledger -> isInSyncWithAll(broker, ledger));
  }

  private boolean isInSyncWithAll(BrokerMachine broker, PartitionLedger ledger) {
    PartitionImage state = state(ledger);
    return state != null
        && state.inSync().contains(broker.id)
        && isRunningAsRegistered(broker)
        && end(broker, ledger, PowerCuts::logEnd) >= ledger.end();
  }

  /** The store has a partition led by one of those that were its last known replicas. */
  void lastKnownLeads(PartitionLedger ledger, PartitionImage before) {
    world.coverage().count(Count.LAST_KNOWN_ELECTIONS);
    long most = 0;
    for (int id : before.lastKnown()) {
      BrokerMachine broker = world.cluster().broker(id);
      most = Math.max(most, stored.getOrDefault(broker, Map.of()).getOrDefault(ledger, 0L));
      most = Math.max(most, end(broker, ledger, PowerCuts::logEnd));
    }
    undecided.put(ledger, most);
    decide();
  }

  /** To be called after each event: what the new leader has is seen once its log is open. */
  void decide() {
    if (!undecided.isEmpty()) {
      undecided.entrySet().removeIf(each -> isDecided(each.getKey(), each.getValue()));
    }
  }

  private boolean isDecided(PartitionLedger ledger, long most) {
    PartitionImage state = state(ledger);
    BrokerMachine leader = world.cluster().broker(state.leader());
    if (leader == null || !isRunningAsRegistered(leader)) {
      return false;
    }
    long end = end(leader, ledger, PowerCuts::logEnd);
    if (end < 0) {
      return false;
    }
    if (ledger.ledAfterPowerCut(end, most)) {
      world.coverage().count(Count.LOSSES);
    }
    return true;
  }

  private PartitionImage state(PartitionLedger ledger) {
    return world.metadata().state(ledger.topic(), ledger.id());
  }

  private boolean isRunningAsRegistered(BrokerMachine broker) {
    return broker.isServing() && world.metadata().isThisLife(broker);
  }

  private static long logEnd(PartitionLog log) {
    return log.view().logEndOffset();
  }

  /** -1: it has no open log that works. */
  private static long end(
      BrokerMachine broker, PartitionLedger ledger, ToLongFunction<PartitionLog> which) {
    Partition partition =
        broker.isServing() ? broker.core().partitions().get(ledger.topic(), ledger.id()) : null;
    return partition == null || !partition.isOpen() || partition.failure() != null
        ? -1
        : which.applyAsLong(partition.log().join());
  }
}
