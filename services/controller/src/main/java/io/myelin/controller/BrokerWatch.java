package io.myelin.controller;

import io.myelin.controller.session.SessionHost.Beat;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller.QuorumMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Who is there: the sessions of brokers, from what is heard of them. Decides whom to fence, whom to
 * let lead, whom to drain; somebody else does it. Nothing of this is stored: a new controller
 * starts with a fresh session for every broker that it knows.
 *
 * <p>Guarantee: a broker is fenced only when its process is known to be gone, or when nothing was
 * heard of it for a whole session timeout of this controller's own clock.
 *
 * <p>Confined to the controller's executor. Times are monotonic milliseconds.
 */
final class BrokerWatch {
  private static final long NEVER = -1;

  private final long sessionTimeoutMs;
  private final Map<Integer, Session> sessions = new TreeMap<>();

  BrokerWatch(long sessionTimeoutMs) {
    this.sessionTimeoutMs = sessionTimeoutMs;
  }

  /** What is to be done about a broker. */
  sealed interface Effect {
    int broker();

    /** It is gone or silent. */
    record Fence(int broker) implements Effect {}

    /** It knows what it has to know: let it lead. */
    record Unfence(int broker) implements Effect {}

    /** All its log directories are cordoned, or not any more. */
    record Cordon(int broker, boolean cordoned) implements Effect {}

    /** It wants to stop. */
    record Drain(int broker) implements Effect {}

    /** Its stream broke: see whether anybody still listens where it was. */
    record Probe(int broker) implements Effect {}
  }

  private static final class Session {
    final UUID incarnation;
    final String storage;
    final long epoch;
    long heardMs;
    long revisionAcked;
    long caughtUpMs = NEVER;
    boolean connected;

    Session(UUID incarnation, String storage, long epoch, long heardMs) {
      this.incarnation = incarnation;
      this.storage = storage;
      this.epoch = epoch;
      this.heardMs = heardMs;
    }
  }

  /** This controller has just taken over: everybody it knows gets a fresh session. */
  void takeOver(ClusterImage image, long nowMs) {
    sessions.clear();
    for (BrokerImage broker : image.brokers().values()) {
      if (!broker.fenced()) {
        sessions.put(
            broker.id(),
            new Session(broker.incarnation(), broker.storage(), broker.epoch(), nowMs));
      }
    }
  }

  /**
   * Why {@code broker} must not register now; empty: it may. The id is another process's as long as
   * that one has a session, so for a session timeout after it was heard last. One whose stream
   * broke has only to be gone: whoever has opened its directories, under the same kernel, shows
   * that, since they are locked while it runs.
   */
  Optional<String> objection(BrokerRegistration broker, long nowMs) {
    Session session = sessions.get(broker.id());
    boolean other =
        session != null
            && !session.incarnation.equals(broker.incarnation())
            && nowMs - session.heardMs < sessionTimeoutMs;
    return other && (session.connected || !session.storage.equals(broker.storage()))
        ? Optional.of(
            ("Another process with broker id %d is alive; give this one another id, or stop that one."
                    + " If they are of two clusters that share an etcd, give one of these another"
                    + " myelin.etcd.prefix.")
                .formatted(broker.id()))
        : Optional.empty();
  }

  /**
   * The epoch that this incarnation has: it comes back on a new stream. One that was unregistered
   * meanwhile has none.
   */
  Optional<Long> resumable(BrokerRegistration broker, ClusterImage image) {
    Session session = sessions.get(broker.id());
    BrokerImage registered = image.brokers().get(broker.id());
    return session != null
            && session.incarnation.equals(broker.incarnation())
            && registered != null
            && registered.epoch() == session.epoch
        ? Optional.of(session.epoch)
        : Optional.empty();
  }

  /** A stream belongs to the broker from now on, which was registered with {@code epoch}. */
  void connected(BrokerRegistration broker, long epoch, long nowMs) {
    open(broker.id(), new Session(broker.incarnation(), broker.storage(), epoch, nowMs));
  }

  private Session open(int id, Session session) {
    session.connected = true;
    sessions.put(id, session);
    return session;
  }

  /**
   * A heartbeat. A broker that was silent for too long, while its stream lived, has a session
   * again.
   *
   * @return empty too for one of a former life
   */
  List<Effect> heard(int id, long epoch, Beat beat, ClusterImage image, long nowMs) {
    Session session = sessions.get(id);
    BrokerImage broker = image.brokers().get(id);
    if (broker == null || broker.epoch() != epoch || (session != null && session.epoch != epoch)) {
      return List.of();
    }
    if (session == null) {
      session = open(id, new Session(broker.incarnation(), broker.storage(), epoch, nowMs));
    }
    session.heardMs = nowMs;
    session.revisionAcked = beat.revisionAcked();
    boolean caughtUp = beat.revisionAcked() >= image.revision();
    if (caughtUp) {
      session.caughtUpMs = nowMs;
    }
    List<Effect> effects = new ArrayList<>(1);
    // What it leads it learns from the metadata: it has to have what is there now.
    if (beat.cordoned() != broker.cordoned()) {
      effects.add(new Effect.Cordon(id, beat.cordoned()));
    }
    if (broker.fenced() && !beat.wantsToStop() && caughtUp) {
      effects.add(new Effect.Unfence(id));
    }
    if (beat.wantsToStop() && !broker.draining()) {
      effects.add(new Effect.Drain(id));
    }
    return effects;
  }

  /**
   * The brokers that have a session.
   *
   * @param sinceWallMs added to the times of sessions gives wall-clock times
   */
  List<QuorumMember> observers(long sinceWallMs) {
    List<QuorumMember> observers = new ArrayList<>(sessions.size());
    sessions.forEach(
        (id, session) ->
            observers.add(
                new QuorumMember(
                    id,
                    session.revisionAcked,
                    session.heardMs + sinceWallMs,
                    session.caughtUpMs == NEVER ? NEVER : session.caughtUpMs + sinceWallMs,
                    Optional.empty())));
    return observers;
  }

  /** Whether a message of the broker's is one of its present life. */
  boolean isPresent(int id, long epoch) {
    Session session = sessions.get(id);
    return session != null && session.epoch == epoch;
  }

  /** Whether the broker has nothing left that another one could do in its place. */
  static boolean mayStop(int id, ClusterImage image) {
    BrokerImage broker = image.brokers().get(id);
    return broker == null || broker.fenced() || broker.draining();
  }

  /** The broker's stream ended; its process may live. */
  List<Effect> disconnected(int id, long epoch) {
    Session session = sessions.get(id);
    if (session == null || session.epoch != epoch || !session.connected) {
      return List.of();
    }
    session.connected = false;
    return List.of(new Effect.Probe(id));
  }

  /** Nobody listens where the broker was: its process is gone, unless it came back meanwhile. */
  List<Effect> refused(int id, long epoch, ClusterImage image) {
    Session session = sessions.get(id);
    if (session == null || session.epoch != epoch || session.connected) {
      return List.of();
    }
    return end(id, image);
  }

  /**
   * Time has passed. Who has no session is fenced until the metadata say so: a write may have
   * failed.
   */
  List<Effect> tick(ClusterImage image, long nowMs) {
    sessions.values().removeIf(session -> nowMs - session.heardMs >= sessionTimeoutMs);
    List<Effect> effects = new ArrayList<>();
    for (BrokerImage broker : image.brokers().values()) {
      if (!broker.fenced() && !sessions.containsKey(broker.id())) {
        effects.add(new Effect.Fence(broker.id()));
      }
    }
    return effects;
  }

  private List<Effect> end(int id, ClusterImage image) {
    sessions.remove(id);
    BrokerImage broker = image.brokers().get(id);
    return broker == null || broker.fenced() ? List.of() : List.of(new Effect.Fence(id));
  }
}
