package io.myelin.replication;

import io.myelin.replication.FollowerEffect.Lane;
import io.myelin.replication.FollowerEvent.Received;
import java.util.ArrayList;
import java.util.List;

/**
 * A partition's follower: makes its log the leader's, then takes what the leader sends.
 *
 * <pre>
 *              Led                Admitted             Cut
 *  Leaderless ─────▶ Opening ───────────────▶ Cutting ─────▶ Streaming
 *                     ▲ │  ▲  (no cut needed)                 │  │ log start behind the leader's:
 *          Retry      │ ▼  └────────────────────────────────◀─┘  └──▶ Cutting
 *                   Waiting      disconnected, gap, new leader, other lane, registered anew
 *                     ▲                                       │
 *                     └───────────────────────────────────────┘ no room (Opening, too)
 *
 *  Over from everywhere, for good.
 * </pre>
 *
 * <p>Guarantee: acknowledges only what agrees with the leader's log of the present epoch and is
 * stored. The high watermark passes nothing that is not stored here.
 *
 * <p>Threads: confined to one. Does nothing by itself; its shell carries effects out in order and
 * tells what came of them.
 *
 * <p>Crash rule: nothing is kept; the log says where to continue.
 */
public final class FollowerReplica {
  private static final List<FollowerEffect> NOTHING = List.of();
  private static final int NO_LEADER = -1;
  private static final int NO_EPOCH = -1;

  /** What the follower is doing. */
  public sealed interface State {
    record Leaderless() implements State {}

    /** Asked, not answered yet. */
    record Opening(long session) implements State {}

    /** Turned away, or without room; asks again later. */
    record Waiting(long session) implements State {}

    /** The log is being cut to where it agrees with the leader's. */
    record Cutting(long session) implements State {}

    record Streaming(long session) implements State {}

    record Over() implements State {}
  }

  private final FollowerRules rules;
  private State state = new State.Leaderless();
  private int leader = NO_LEADER;
  private int leaderEpoch = NO_EPOCH;
  private Lane lane = Lane.CATCHING_UP;
  private long session;
  private long logStart;
  private long storedEnd;

  /** The log's end: behind what was written last, whether that counts as stored yet or not. */
  private long nextOffset;

  private long highWatermark;
  private long leaderHighWatermark;
  private long leaderLogStart;

  /**
   * @param storedEnd how much of the log counts as stored: all of it, or what is on the disk where
   *     each message is flushed
   * @param sessions numbers of sessions are larger than this; no former process of this broker has
   *     used such
   */
  public FollowerReplica(
      long logStart, long logEnd, long storedEnd, long highWatermark, long sessions) {
    this(new FollowerRules(), logStart, logEnd, storedEnd, highWatermark, sessions);
  }

  FollowerReplica(
      FollowerRules rules,
      long logStart,
      long logEnd,
      long storedEnd,
      long highWatermark,
      long sessions) {
    this.rules = rules;
    this.logStart = logStart;
    this.storedEnd = storedEnd;
    this.nextOffset = logEnd;
    this.highWatermark = highWatermark;
    this.session = sessions;
  }

  public State state() {
    return state;
  }

  public Lane lane() {
    return lane;
  }

  /** What happened, and what is to be done about it, in order. */
  public List<FollowerEffect> decide(FollowerEvent event) {
    if (state instanceof State.Over) {
      return NOTHING;
    }
    return switch (event) {
      case FollowerEvent.Led led -> onLed(led);
      case FollowerEvent.Admitted admitted -> onAdmitted(admitted);
      case FollowerEvent.TurnedAway away -> onTurnedAway(away.session());
      case FollowerEvent.Retry retry -> onRetry(retry.session());
      case Received received -> onReceived(received);
      case FollowerEvent.Progressed progressed -> onProgressed(progressed);
      case FollowerEvent.Cut cut -> onCut(cut);
      case FollowerEvent.Stored stored -> onStored(stored.endOffset());
      case FollowerEvent.RegisteredAnew anew ->
          state instanceof State.Leaderless ? NOTHING : reopen();
      case FollowerEvent.Disconnected lost -> onDisconnected(lost.leader());
      case FollowerEvent.NoRoom full -> onNoRoom(full.logEndOffset());
      case FollowerEvent.Ended ended -> end(false);
      case FollowerEvent.Failed failed -> end(true);
    };
  }

  private List<FollowerEffect> onLed(FollowerEvent.Led led) {
    Lane wanted = led.inSync() ? Lane.IN_SYNC : Lane.CATCHING_UP;
    boolean sameLeader = led.leader() == leader && led.leaderEpoch() == leaderEpoch;
    if (led.leaderEpoch() < leaderEpoch || (sameLeader && wanted == lane)) {
      return NOTHING;
    }
    List<FollowerEffect> effects = new ArrayList<>(close(false));
    leader = led.leader();
    leaderEpoch = led.leaderEpoch();
    lane = wanted;
    effects.addAll(open());
    return effects;
  }

  private List<FollowerEffect> onAdmitted(FollowerEvent.Admitted admitted) {
    if (!(state instanceof State.Opening) || !isCurrent(admitted.session())) {
      return NOTHING;
    }
    leaderLogStart = admitted.logStartOffset();
    leaderHighWatermark = 0;
    return cutTo(admitted.startOffset());
  }

  private List<FollowerEffect> cutTo(long offset) {
    if (offset == nextOffset) {
      return stream();
    }
    state = new State.Cutting(session);
    return offset > nextOffset || offset < logStart
        ? List.of(new FollowerEffect.StartAt(offset))
        : List.of(new FollowerEffect.Truncate(offset));
  }

  private List<FollowerEffect> onCut(FollowerEvent.Cut cut) {
    logStart = cut.logStartOffset();
    nextOffset = cut.logEndOffset();
    storedEnd = Math.clamp(storedEnd, logStart, nextOffset);
    highWatermark = Math.clamp(highWatermark, logStart, storedEnd);
    return state instanceof State.Cutting ? stream() : NOTHING;
  }

  private List<FollowerEffect> stream() {
    state = new State.Streaming(session);
    List<FollowerEffect> effects = new ArrayList<>();
    effects.add(acknowledgement());
    effects.addAll(followBounds());
    return effects;
  }

  private List<FollowerEffect> onReceived(Received received) {
    if (!isStreaming(received.session(), received.leaderEpoch())) {
      return NOTHING;
    }
    leaderHighWatermark = received.highWatermark();
    leaderLogStart = received.logStartOffset();
    if (!rules.follows(received.fromOffset(), nextOffset)) {
      return reopen(); // a stream loses nothing and repeats nothing: then this is not its log
    }
    nextOffset = received.endOffset();
    return List.of(new FollowerEffect.Write());
  }

  private List<FollowerEffect> onStored(long endOffset) {
    storedEnd = Math.min(endOffset, nextOffset);
    if (!(state instanceof State.Streaming)) {
      return NOTHING; // of a former session: the next opening tells what there is
    }
    List<FollowerEffect> effects = new ArrayList<>(3);
    effects.add(acknowledgement());
    effects.addAll(followBounds());
    return effects;
  }

  private List<FollowerEffect> onProgressed(FollowerEvent.Progressed progressed) {
    if (!isStreaming(progressed.session(), progressed.leaderEpoch())) {
      return NOTHING;
    }
    leaderHighWatermark = progressed.highWatermark();
    leaderLogStart = progressed.logStartOffset();
    return leaderLogStart > nextOffset ? cutTo(leaderLogStart) : followBounds();
  }

  /** The leader's watermark and log start, as far as this log reaches. */
  private List<FollowerEffect> followBounds() {
    List<FollowerEffect> effects = new ArrayList<>(2);
    long watermark = rules.highWatermark(leaderHighWatermark, storedEnd);
    if (watermark > highWatermark) {
      highWatermark = watermark;
      effects.add(new FollowerEffect.AdvanceHighWatermark(watermark));
    }
    long start = Math.min(leaderLogStart, storedEnd);
    if (start > logStart) {
      logStart = start;
      effects.add(new FollowerEffect.AdvanceLogStart(start));
    }
    return effects;
  }

  private List<FollowerEffect> onTurnedAway(long of) {
    if (!(state instanceof State.Opening) || !isCurrent(of)) {
      return NOTHING;
    }
    state = new State.Waiting(session);
    return List.of(new FollowerEffect.RetryLater(session));
  }

  private List<FollowerEffect> onRetry(long of) {
    return state instanceof State.Waiting && isCurrent(of) ? open() : NOTHING;
  }

  private List<FollowerEffect> onDisconnected(int from) {
    return from == leader && !(state instanceof State.Leaderless) ? open() : NOTHING;
  }

  private List<FollowerEffect> onNoRoom(long logEnd) {
    nextOffset = logEnd;
    if (!(state instanceof State.Opening || state instanceof State.Streaming)) {
      return NOTHING; // the next opening tells what there is
    }
    List<FollowerEffect> effects = new ArrayList<>(close(true));
    state = new State.Waiting(session);
    effects.add(new FollowerEffect.RetryWithRoom(session));
    return effects;
  }

  private List<FollowerEffect> end(boolean cannotStore) {
    List<FollowerEffect> effects = close(cannotStore);
    state = new State.Over();
    return effects;
  }

  private List<FollowerEffect> reopen() {
    List<FollowerEffect> effects = new ArrayList<>(close(false));
    effects.addAll(open());
    return effects;
  }

  private List<FollowerEffect> open() {
    if (leader == NO_LEADER) {
      state = new State.Leaderless();
      return NOTHING;
    }
    session++;
    state = new State.Opening(session);
    return List.of(new FollowerEffect.Open(leader, leaderEpoch, lane, session));
  }

  private List<FollowerEffect> close(boolean cannotStore) {
    return state instanceof State.Leaderless || leader == NO_LEADER
        ? NOTHING
        : List.of(new FollowerEffect.Close(leader, lane, session, cannotStore));
  }

  private FollowerEffect acknowledgement() {
    return new FollowerEffect.Acknowledge(leader, lane, session, storedEnd);
  }

  private boolean isStreaming(long of, int epoch) {
    return state instanceof State.Streaming
        && isCurrent(of)
        && rules.isOfThisEpoch(epoch, leaderEpoch);
  }

  private boolean isCurrent(long of) {
    return rules.isOfThisSession(of, session);
  }
}
