package io.myelin.replication;

import io.myelin.replication.LeaderEffect.Proposal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A partition's leader in one leader epoch: how far its records are committed and who is in sync.
 *
 * <p>Guarantee: the high watermark never goes back and never passes what any replica lacks that the
 * controller may elect, as long as the in-sync set only changes by what is proposed here or by
 * taking members out. One change of the set is asked for at a time; a shrink counts when it is
 * committed, a growth from the asking on.
 *
 * <p>Threads: confined to one. Does nothing by itself: {@link #decide} takes what happened and says
 * what is to be done.
 *
 * <p>Crash rule: nothing is kept; a new leader begins from its log and the controller's record.
 */
public final class LeaderReplica {
  private static final List<LeaderEffect> NOTHING = List.of();
  private static final Set<Integer> NOBODY = Set.of();

  /** What has become of the proposal under way. */
  private enum Asking {
    ASKED,
    ASK_AGAIN,
    AWAITS_NEWER_STATE
  }

  private final int leaderEpoch;
  private final long epochStart;
  private final LeaderRules rules;
  // Ascending, so that a simulation proposes the same each time.
  private final TreeMap<Integer, FollowerProgress> followers = new TreeMap<>();
  private final LogEndHistory history;
  private final int self;

  private Membership membership;
  private Map<Integer, Peer> peers;
  private Limits limits;
  private Proposal proposal;
  private Asking asking;
  private long logEnd;
  private long storedEnd;
  private long highWatermark;
  private long nowMs;

  /** Another one is to lead, if that helps; until something is stored again. */
  private boolean leaves;

  private boolean leavesForGood;

  /** No growth is proposed before this changes by itself: the last one was refused. */
  private boolean growthRefused;

  /**
   * @param self this broker
   * @param logEnd where the log ends as the epoch begins
   * @param highWatermark what this replica knew as a follower, or has kept from its last life
   */
  public LeaderReplica(
      int self,
      int leaderEpoch,
      long logEnd,
      long highWatermark,
      Membership membership,
      Map<Integer, Peer> peers,
      Limits limits,
      long nowMs) {
    this(
        new LeaderRules(),
        self,
        leaderEpoch,
        logEnd,
        highWatermark,
        membership,
        peers,
        limits,
        nowMs);
  }

  LeaderReplica(
      LeaderRules rules,
      int self,
      int leaderEpoch,
      long logEnd,
      long highWatermark,
      Membership membership,
      Map<Integer, Peer> peers,
      Limits limits,
      long nowMs) {
    this.rules = rules;
    this.self = self;
    this.leaderEpoch = leaderEpoch;
    this.epochStart = logEnd;
    this.logEnd = logEnd;
    this.storedEnd = logEnd;
    this.highWatermark = rules.firstHighWatermark(highWatermark, logEnd);
    this.history = new LogEndHistory(logEnd);
    this.peers = peers;
    this.limits = limits;
    this.nowMs = nowMs;
    become(membership);
  }

  public int leaderEpoch() {
    return leaderEpoch;
  }

  public long highWatermark() {
    return highWatermark;
  }

  public Membership membership() {
    return membership;
  }

  /**
   * Whether the watermark has passed what former leaders may have answered (KIP-207): before, it is
   * no answer to the question for the latest offset.
   */
  public boolean isReadable() {
    return highWatermark >= epochStart;
  }

  /** Whether a batch that waits for all in-sync replicas may be appended. */
  public boolean acceptsAcksAll() {
    return rules.enoughInSync(membership.inSync().size(), inSyncMin());
  }

  /** How far the follower has got; -1 before it has said so. */
  public long acknowledged(int follower) {
    FollowerProgress progress = followers.get(follower);
    return progress == null ? FollowerProgress.UNKNOWN : progress.acknowledged;
  }

  /** What happened, and what is to be done about it, in order. */
  public List<LeaderEffect> decide(LeaderEvent event) {
    return switch (event) {
      case LeaderEvent.Appended appended -> onAppended(appended);
      case LeaderEvent.Opened opened -> onOpened(opened);
      case LeaderEvent.Acknowledged acknowledged -> onAcknowledged(acknowledged);
      case LeaderEvent.CannotStore full -> onCannotStore(full);
      case LeaderEvent.CannotLead unable -> onCannotLead(unable);
      case LeaderEvent.Committed committed -> onCommitted(committed);
      case LeaderEvent.PeersChanged changed -> onPeers(changed.peers());
      case LeaderEvent.Refused refused -> onRefused(refused);
      case LeaderEvent.LimitsChanged changed -> onLimits(changed.limits());
      case LeaderEvent.Tick tick -> onTick(tick.nowMs());
    };
  }

  private List<LeaderEffect> onAppended(LeaderEvent.Appended appended) {
    nowMs = Math.max(nowMs, appended.nowMs());
    if (appended.logEnd() > logEnd) {
      for (FollowerProgress follower : followers.values()) {
        if (follower.acknowledged >= logEnd) {
          follower.caughtUpMs = nowMs;
        }
      }
      leaves = leavesForGood;
      logEnd = appended.logEnd();
      history.add(logEnd, nowMs, limits.lagMsMax());
    }
    storedEnd = appended.storedEnd();
    return watermark();
  }

  private List<LeaderEffect> onOpened(LeaderEvent.Opened opened) {
    FollowerProgress follower = followers.get(opened.follower());
    Peer peer = peers.get(opened.follower());
    if (follower == null
        || !rules.knowsThisEpoch(opened.leaderEpoch(), leaderEpoch)
        || (peer != null && opened.brokerEpoch() < peer.epoch())) {
      return List.of(new LeaderEffect.TurnAway(opened.follower(), opened.session()));
    }
    if (opened.brokerEpoch() == follower.brokerEpoch && opened.session() <= follower.session) {
      return NOTHING; // overtaken by a later opening
    }
    follower.opened(opened.session(), opened.brokerEpoch());
    long start = rules.startOffset(opened.ours(), opened.theirs());
    return List.of(new LeaderEffect.Admit(follower.broker, follower.session, start));
  }

  private List<LeaderEffect> onAcknowledged(LeaderEvent.Acknowledged acknowledged) {
    nowMs = Math.max(nowMs, acknowledged.nowMs());
    FollowerProgress follower = followers.get(acknowledged.follower());
    long offset = acknowledged.offset();
    if (follower == null
        || !rules.isOfThisSession(acknowledged.session(), follower)
        || offset > logEnd
        || offset <= follower.acknowledged) {
      return NOTHING;
    }
    follower.acknowledged = offset;
    long reachedMs = offset == logEnd ? nowMs : history.lastReachedMs(offset);
    follower.caughtUpMs = Math.max(follower.caughtUpMs, reachedMs);
    if (membership.inSync().contains(follower.broker)) {
      return watermark();
    }
    List<LeaderEffect> effects = new ArrayList<>(watermark());
    effects.addAll(propose(false));
    return effects;
  }

  private List<LeaderEffect> onCannotStore(LeaderEvent.CannotStore full) {
    nowMs = Math.max(nowMs, full.nowMs());
    FollowerProgress follower = followers.get(full.follower());
    if (follower == null || !rules.isOfThisSession(full.session(), follower)) {
      return NOTHING;
    }
    follower.canStore = false;
    return propose(true);
  }

  private List<LeaderEffect> onCannotLead(LeaderEvent.CannotLead unable) {
    nowMs = Math.max(nowMs, unable.nowMs());
    leaves = true;
    leavesForGood |= unable.forGood();
    return propose(false);
  }

  private List<LeaderEffect> onCommitted(LeaderEvent.Committed committed) {
    nowMs = Math.max(nowMs, committed.nowMs());
    if (committed.membership().partitionEpoch() <= membership.partitionEpoch()) {
      return NOTHING;
    }
    // Made or not: a proposal for an older state will not come true any more.
    proposal = null;
    growthRefused = false;
    limits = committed.limits();
    become(committed.membership());
    List<LeaderEffect> effects = new ArrayList<>(refuseWaiting());
    effects.addAll(watermark());
    effects.addAll(propose(false));
    return effects;
  }

  private void become(Membership newer) {
    membership = newer;
    followers.keySet().retainAll(newer.replicas());
    for (int broker : newer.replicas()) {
      if (broker != self) {
        followers.computeIfAbsent(broker, id -> new FollowerProgress(id, LogEndHistory.NEVER));
      }
    }
    for (int broker : newer.inSync()) {
      FollowerProgress member = followers.get(broker);
      if (member != null && member.caughtUpMs == LogEndHistory.NEVER) {
        member.caughtUpMs = nowMs; // has the full time to prove itself to this leader
      }
    }
  }

  private List<LeaderEffect> onPeers(Map<Integer, Peer> newPeers) {
    peers = newPeers;
    growthRefused = false;
    for (FollowerProgress follower : followers.values()) {
      Peer peer = peers.get(follower.broker);
      if (peer != null && peer.epoch() > follower.brokerEpoch) {
        // What the former process had stored is not what the new one has.
        follower.acknowledged = FollowerProgress.UNKNOWN;
      }
    }
    return propose(false);
  }

  private List<LeaderEffect> onRefused(LeaderEvent.Refused refused) {
    if (proposal == null || proposal.partitionEpoch() != refused.partitionEpoch()) {
      return NOTHING;
    }
    switch (refused.refusal()) {
      case STALE -> {
        asking = Asking.AWAITS_NEWER_STATE;
        if (!rules.staleStillCounts()) {
          proposal = null;
        }
      }
      case UNKNOWN -> asking = Asking.ASK_AGAIN;
      case INELIGIBLE -> {
        proposal = null;
        growthRefused = true;
      }
    }
    return watermark();
  }

  private List<LeaderEffect> onLimits(Limits newLimits) {
    limits = newLimits;
    List<LeaderEffect> effects = new ArrayList<>(refuseWaiting());
    effects.addAll(watermark());
    return effects;
  }

  private List<LeaderEffect> onTick(long tickMs) {
    nowMs = Math.max(nowMs, tickMs);
    growthRefused = false;
    if (proposal != null && asking == Asking.ASK_AGAIN) {
      asking = Asking.ASKED;
      return List.of(new LeaderEffect.Propose(proposal));
    }
    return propose(true);
  }

  private List<LeaderEffect> refuseWaiting() {
    return acceptsAcksAll() ? NOTHING : List.of(new LeaderEffect.RefuseWaiting());
  }

  private List<LeaderEffect> watermark() {
    if (!acceptsAcksAll()) {
      return NOTHING;
    }
    Set<Integer> proposed = proposal == null ? NOBODY : proposal.inSync();
    long common = storedEnd;
    for (FollowerProgress follower : followers.values()) {
      if (rules.counts(follower.broker, membership.inSync(), proposed)) {
        common = Math.min(common, follower.acknowledged);
      }
    }
    if (common <= highWatermark) {
      return NOTHING;
    }
    highWatermark = common;
    return List.of(new LeaderEffect.AdvanceHighWatermark(common));
  }

  /** Asks for the set as it should be, if that is not how it is and nothing else is under way. */
  private List<LeaderEffect> propose(boolean shrinkToo) {
    if (proposal != null) {
      return NOTHING;
    }
    TreeSet<Integer> wanted = new TreeSet<>(membership.inSync());
    for (FollowerProgress follower : followers.values()) {
      boolean lags = rules.lags(follower, logEnd, nowMs, limits.lagMsMax());
      if (lags && shrinkToo) {
        wanted.remove(follower.broker);
      } else if (!lags && !growthRefused && mayJoin(follower)) {
        wanted.add(follower.broker);
      }
    }
    if (leaves && wanted.size() - 1 >= (leavesForGood ? 1 : inSyncMin())) {
      wanted.remove(self);
    }
    if (wanted.equals(membership.inSync())) {
      return NOTHING;
    }
    proposal =
        new Proposal(leaderEpoch, membership.partitionEpoch(), wanted, brokerEpochsOf(wanted));
    asking = Asking.ASKED;
    return List.of(new LeaderEffect.Propose(proposal));
  }

  private boolean mayJoin(FollowerProgress follower) {
    return rules.holdsEnough(follower, highWatermark, epochStart)
        && rules.isEligible(follower, peers.get(follower.broker));
  }

  private Map<Integer, Long> brokerEpochsOf(Set<Integer> members) {
    Map<Integer, Long> epochs = new HashMap<>();
    for (int member : members) {
      FollowerProgress follower = followers.get(member);
      Peer peer = peers.get(member);
      if (follower != null && follower.brokerEpoch != FollowerProgress.UNKNOWN) {
        epochs.put(member, follower.brokerEpoch);
      } else if (peer != null) {
        epochs.put(member, peer.epoch());
      }
    }
    return epochs;
  }

  private int inSyncMin() {
    // Fewer replicas than the topic demands could never satisfy it.
    return Math.min(limits.inSyncMin(), membership.replicas().size());
  }
}
