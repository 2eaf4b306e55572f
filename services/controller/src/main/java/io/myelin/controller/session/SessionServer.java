package io.myelin.controller.session;

import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.controller.session.SessionHost.Role;
import io.myelin.env.Clock;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.MetadataPublisher.Changes;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.controller.v1.SessionRefused.Code;
import io.myelin.rpc.controller.v1.SessionsGrpc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The workers' streams to this controller. While it is active each registered worker is pushed the
 * metadata; otherwise workers are told where to go.
 *
 * <p>Everything runs on one serial executor; {@link #roleChanged} is for any thread. A broker has
 * one session: a later one ends the earlier.
 */
public final class SessionServer {
  private final SessionHost host;
  private final Clock clock;
  private final Executor executor;

  /** Sessions that are registered, by broker. Confined to the executor, like those below. */
  private final Map<Integer, WorkerSession> sessions = new HashMap<>();

  /** Null: another controller is active, or none; and so is {@link #feed}. */
  private Role.Active active;

  private MetadataFeed feed;

  /**
   * @param executor a serial one
   */
  public SessionServer(SessionHost host, Clock clock, Executor executor) {
    this.host = host;
    this.clock = clock;
    this.executor = executor;
  }

  public void addTo(RpcHandlers handlers) {
    handlers.stream(
        SessionsGrpc.getSessionMethod(), executor, () -> new WorkerSession(this, host, executor));
  }

  /**
   * The host's role is another one than before; must be called for each change, once, and of the
   * active one before it can change anything.
   */
  public void roleChanged(Role now) {
    executor.execute(() -> begin(now));
    if (now instanceof Role.Active active) {
      active.metadata().subscribe(new Follower(active.epoch()));
    }
  }

  private void begin(Role now) {
    endSessions();
    switch (now) {
      case Role.Active mine -> {
        active = mine;
        feed = new MetadataFeed(mine.past(), clock, executor);
      }
      case Role.Standby ignored -> {
        active = null;
        feed = null; // a standby needs no image of a million partitions
      }
    }
  }

  /** Null: another controller is active, or none, or this one has not published yet. */
  Role.Active active() {
    return active == null || feed.isEmpty() ? null : active;
  }

  /** Of the active one. */
  MetadataFeed feed() {
    return feed;
  }

  /** Asks a broker for the ends of its logs, if it has a session. Any thread. */
  public void describe(int broker, List<Replica> replicas) {
    executor.execute(
        () -> {
          WorkerSession session = sessions.get(broker);
          if (session != null) {
            session.describe(replicas);
          }
        });
  }

  void registered(int broker, WorkerSession session) {
    WorkerSession before = sessions.put(broker, session);
    if (before != null && before != session) {
      before.refuse(Code.CODE_SUPERSEDED, "Broker %d has opened another session".formatted(broker));
    }
  }

  void ended(int broker, WorkerSession session) {
    sessions.remove(broker, session);
  }

  private void endSessions() {
    List.copyOf(sessions.values()).forEach(WorkerSession::sendAway);
    sessions.clear();
  }

  private void publish(long epoch, ClusterImage before, ClusterImage now, Changes changes) {
    if (active != null && active.epoch() == epoch) {
      feed.add(before, now, changes);
      sessions.values().forEach(session -> session.changed(changes));
    }
  }

  /** Of one time of being active: publishers cannot be left. On the publisher's thread. */
  private final class Follower implements MetadataPublisher.Listener {
    private final long epoch;

    Follower(long epoch) {
      this.epoch = epoch;
    }

    @Override
    public void onImage(ClusterImage before, ClusterImage now) {
      onImage(before, now, Changes.between(before, now));
    }

    @Override
    public void onImage(ClusterImage before, ClusterImage now, Changes changes) {
      executor.execute(() -> publish(epoch, before, now, changes));
    }
  }
}
