package io.myelin.replication;

import io.myelin.replication.LeaderEvent.Refusal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The controller's part: one partition's record, and who is registered. Never wrong, but early. */
final class ModelController {
  static final int NO_LEADER = -1;

  record Image(int leader, int leaderEpoch, Membership membership, Map<Integer, Peer> peers) {}

  private final Map<Integer, Peer> peers = new HashMap<>();
  private Membership membership;
  private int leader = NO_LEADER;
  private int leaderEpoch;
  private long lastBrokerEpoch;

  /** Crashed with a loss and not registered again: what they had is not to be relied on. */
  final Set<Integer> damaged = new HashSet<>();

  ModelController(int brokers) {
    Set<Integer> all = new TreeSet<>();
    for (int id = 0; id < brokers; id++) {
      all.add(id);
      peers.put(id, new Peer(++lastBrokerEpoch, true));
    }
    membership = new Membership(all, all, 1);
    elect(0);
  }

  Image image() {
    return new Image(leader, leaderEpoch, membership, Map.copyOf(peers));
  }

  Membership membership() {
    return membership;
  }

  int leader() {
    return leader;
  }

  long brokerEpoch(int broker) {
    return peers.get(broker).epoch();
  }

  boolean isFenced(int broker) {
    return !peers.get(broker).mayJoin();
  }

  /** Whether without {@code broker} an in-sync copy is left that can be relied on. */
  boolean isIntactWithout(int broker) {
    return membership.inSync().stream().anyMatch(id -> id != broker && !damaged.contains(id));
  }

  void fence(int broker) {
    peers.put(broker, new Peer(brokerEpoch(broker), false));
    leaveInSync(broker);
  }

  /** A new process; one that has lost something is in sync no more. */
  void register(int broker) {
    if (damaged.remove(broker)) {
      leaveInSync(broker);
    }
    peers.put(broker, new Peer(++lastBrokerEpoch, true));
    if (leader == NO_LEADER && membership.inSync().contains(broker)) {
      elect(broker);
    }
  }

  void unfence(int broker) {
    peers.put(broker, new Peer(brokerEpoch(broker), true));
    if (leader == NO_LEADER && membership.inSync().contains(broker)) {
      elect(broker);
    }
  }

  private void leaveInSync(int broker) {
    Set<Integer> rest = new TreeSet<>(membership.inSync());
    if (rest.size() > 1 && rest.remove(broker)) {
      change(rest);
    }
    if (leader == broker) {
      int next =
          membership.inSync().stream()
              .filter(id -> !isFenced(id) && id != broker)
              .findFirst()
              .orElse(NO_LEADER);
      elect(next);
    }
  }

  void elect(int broker) {
    leader = broker;
    leaderEpoch++;
    change(membership.inSync());
  }

  private void change(Set<Integer> inSync) {
    membership =
        new Membership(membership.replicas(), Set.copyOf(inSync), membership.partitionEpoch() + 1);
  }

  /** Null: done. */
  Refusal alter(int from, LeaderEffect.Proposal proposal) {
    if (from != leader
        || proposal.leaderEpoch() != leaderEpoch
        || proposal.partitionEpoch() != membership.partitionEpoch()) {
      return Refusal.STALE;
    }
    for (int member : proposal.inSync()) {
      Peer peer = peers.get(member);
      boolean joins = !membership.inSync().contains(member);
      if (joins && (!peer.mayJoin() || peer.epoch() != proposal.brokerEpochs().get(member))) {
        return Refusal.INELIGIBLE;
      }
    }
    change(proposal.inSync());
    return null;
  }
}
