package io.myelin.controller;

import io.myelin.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Works out the next record of a partition from what is wanted: who is in sync, where it is to be,
 * who leads. The rules are Kafka's, with eligible leader replicas (KIP-966). Confined to one
 * decision, used once.
 *
 * <p>Guarantee: a leader has every committed record, unless an {@linkplain #allowUnclean unclean}
 * election was allowed; an election makes a new leader epoch, any change a new partition epoch.
 */
final class PartitionChange {
  private final PartitionImage before;
  private final IntPredicate mayLead;
  private final int minInSync;
  private final Set<Integer> inSync;
  private final Set<Integer> untrusted = new LinkedHashSet<>();
  private final Set<Integer> forgotten = new LinkedHashSet<>();
  private final Set<Integer> offline;
  private List<Integer> replicas;
  private List<Integer> adding;
  private List<Integer> removing;
  private List<Integer> eligible = List.of();
  private List<Integer> lastKnown = List.of();
  private boolean preferred;
  private boolean unclean;
  private boolean reelect;
  private Optional<Integer> best = Optional.empty();

  /**
   * @param mayLead brokers that are active
   * @param minInSync min.insync.replicas of the topic
   */
  PartitionChange(PartitionImage before, IntPredicate mayLead, int minInSync) {
    this.before = before;
    this.mayLead = mayLead;
    this.minInSync = minInSync;
    this.inSync = new LinkedHashSet<>(before.inSync());
    this.offline = new LinkedHashSet<>(before.offline());
    this.replicas = before.replicas();
    this.adding = before.adding();
    this.removing = before.removing();
  }

  PartitionChange inSync(List<Integer> members) {
    inSync.clear();
    inSync.addAll(members);
    return this;
  }

  /** {@code broker} is not in sync any more; what it has stored is still there. */
  PartitionChange leaves(int broker) {
    inSync.remove(broker);
    return this;
  }

  /** {@code broker} may have lost what it had stored. */
  PartitionChange loses(int broker) {
    untrusted.add(broker);
    return leaves(broker);
  }

  /** Whoever comes as {@code broker} from now on has nothing that it had. */
  PartitionChange forgets(int broker) {
    forgotten.add(broker);
    return leaves(broker);
  }

  /**
   * The disk of {@code broker}'s replica has failed: it leads nothing and is in sync with nothing,
   * and what it had stored is uncertain.
   */
  PartitionChange goesOffline(int broker) {
    offline.add(broker);
    return loses(broker);
  }

  /** The replica of {@code broker} can be read and written again. */
  PartitionChange comesBack(int broker) {
    offline.remove(broker);
    return this;
  }

  PartitionChange move(List<Integer> replicas, List<Integer> adding, List<Integer> removing) {
    this.replicas = replicas;
    this.adding = adding;
    this.removing = removing;
    return this;
  }

  /** Elects the first replica if it may lead, also where another one leads well. */
  PartitionChange preferFirst() {
    preferred = true;
    return this;
  }

  /** If nobody else may lead, one that is out of sync does: acknowledged records may be lost. */
  PartitionChange allowUnclean(boolean allowed) {
    unclean = allowed;
    return this;
  }

  /** A new leader epoch, even if the leader stays: its process is a new one. */
  PartitionChange reelect() {
    reelect = true;
    return this;
  }

  /**
   * Who has most of what the last known eligible replicas have, now that all of them were asked.
   */
  PartitionChange bestOfLastKnown(int broker) {
    best = Optional.of(broker);
    return this;
  }

  /** The next record; empty: nothing changes. */
  Optional<PartitionImage> result() {
    completeMove();
    inSync.retainAll(replicas);
    offline.retainAll(replicas);
    rememberWhoHasCommitted();
    int leader = elect();
    if (enoughInSync()) {
      // Records are committed again, without those who only had what was committed before.
      eligible = List.of();
      lastKnown = List.of();
    }
    boolean elected = leader != before.leader() || reelect;
    // A replica that goes away might have led: nobody may take its former answers for new ones.
    boolean shrinks = !replicas.containsAll(before.replicas());
    PartitionImage after =
        new PartitionImage(
            List.copyOf(replicas),
            sameOr(before.inSync(), List.copyOf(inSync)),
            eligible,
            lastKnown,
            List.copyOf(adding),
            List.copyOf(removing),
            leader,
            before.leaderEpoch() + (elected || shrinks ? 1 : 0),
            before.partitionEpoch(),
            List.copyOf(offline));
    return after.equals(before) ? Optional.empty() : Optional.of(withNextEpoch(after));
  }

  /** A move is done when all that were added are in sync, and somebody stays who is. */
  private void completeMove() {
    if (adding.isEmpty() && removing.isEmpty()) {
      return;
    }
    List<Integer> staying = without(List.copyOf(inSync), removing);
    if (!staying.isEmpty() && staying.containsAll(adding)) {
      replicas = without(replicas, removing);
      adding = List.of();
      removing = List.of();
    }
  }

  /** KIP-966: below min.insync.replicas nothing is committed, so who leaves then has everything. */
  private void rememberWhoHasCommitted() {
    if (enoughInSync()) {
      return;
    }
    Set<Integer> had = new LinkedHashSet<>(before.eligible());
    had.addAll(before.inSync());
    had.removeAll(inSync);
    had.removeAll(forgotten);
    had.retainAll(replicas);
    Set<Integer> known = new LinkedHashSet<>(before.lastKnown());
    known.addAll(had);
    had.removeAll(untrusted);
    known.removeAll(inSync);
    known.removeAll(forgotten);
    known.removeAll(had);
    known.retainAll(replicas);
    eligible = List.copyOf(had);
    lastKnown = List.copyOf(known);
  }

  private boolean enoughInSync() {
    return inSync.size() >= Math.min(minInSync, replicas.size());
  }

  private int elect() {
    int first = replicas.getFirst();
    if (preferred && mayLeadCleanly(first)) {
      return lead(first);
    }
    if (mayLeadCleanly(before.leader())) {
      return lead(before.leader());
    }
    for (int replica : replicas) {
      if (mayLeadCleanly(replica)) {
        return lead(replica);
      }
    }
    if (inSync.isEmpty() && eligible.isEmpty()) {
      Optional<Integer> survivor =
          lastKnown.size() == 1
              ? Optional.of(lastKnown.getFirst())
              : best.filter(lastKnown::contains);
      if (survivor.isPresent() && mayLead(survivor.get())) {
        return startOver(survivor.get());
      }
    }
    if (unclean) {
      for (int replica : replicas) {
        if (mayLead(replica)) {
          return startOver(replica);
        }
      }
    }
    return PartitionImage.NO_LEADER;
  }

  private boolean mayLeadCleanly(int replica) {
    return replicas.contains(replica)
        && mayLead(replica)
        && (inSync.contains(replica) || eligible.contains(replica));
  }

  private boolean mayLead(int replica) {
    return mayLead.test(replica) && !offline.contains(replica);
  }

  private int lead(int replica) {
    if (inSync.add(replica)) {
      eligible = without(eligible, List.of(replica));
    }
    return replica;
  }

  /** What {@code replica} has is the partition from now on. */
  private int startOver(int replica) {
    inSync.clear();
    inSync.add(replica);
    eligible = List.of();
    lastKnown = List.of();
    return replica;
  }

  private static PartitionImage withNextEpoch(PartitionImage image) {
    return new PartitionImage(
        image.replicas(),
        image.inSync(),
        image.eligible(),
        image.lastKnown(),
        image.adding(),
        image.removing(),
        image.leader(),
        image.leaderEpoch(),
        image.partitionEpoch() + 1,
        image.offline());
  }

  /** The order of an in-sync set means nothing. */
  private static List<Integer> sameOr(List<Integer> before, List<Integer> now) {
    return before.size() == now.size() && before.containsAll(now) ? before : now;
  }

  private static List<Integer> without(List<Integer> all, List<Integer> gone) {
    List<Integer> left = new ArrayList<>(all);
    left.removeAll(gone);
    return List.copyOf(left);
  }
}
