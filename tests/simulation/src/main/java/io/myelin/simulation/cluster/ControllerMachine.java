package io.myelin.simulation.cluster;

import io.myelin.controller.ActiveController;
import io.myelin.controller.BrokerSessions;
import io.myelin.controller.ControllerNode;
import io.myelin.controller.ControllerSettings;
import io.myelin.controller.NetworkProbe;
import io.myelin.controller.StandbyWatch;
import io.myelin.controller.session.AdminServer;
import io.myelin.controller.session.SessionHost;
import io.myelin.controller.session.SessionServer;
import io.myelin.env.Environment;
import io.myelin.metadata.Election;
import io.myelin.metadata.Election.Candidate;
import io.myelin.metadata.KnownFeatures;
import io.myelin.rpc.Address;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.framed.FramedTransport;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A controller, put together as its process does it. */
final class ControllerMachine extends Machine {
  static final int SESSION_TIMEOUT_MS = 2_000;

  private ControllerNode node;

  ControllerMachine(Cluster cluster, int id) {
    super(cluster, "controller", id);
  }

  /** Whether it takes itself for the active one. */
  boolean isActive() {
    return isAlive() && node != null && node.controller().isPresent();
  }

  @Override
  void run(Environment env) {
    NetworkProbe probe = new NetworkProbe(env.network());
    BrokerSessions sessions =
        new BrokerSessions(
            id, SESSION_TIMEOUT_MS, probe, env.clock(), env.scheduler(), env.threads());
    SessionHost sessionHost = cluster.seams().host(this, sessions);
    SessionServer server =
        new SessionServer(sessionHost, env.clock(), env.threads().serial("sessions"));
    sessions.onRoleChange(server::roleChanged);
    sessions.askReplicasThrough(server::describe);
    RpcHandlers handlers = new RpcHandlers();
    server.addTo(handlers);
    new AdminServer(sessionHost).addTo(handlers, env.threads().serial("admin"));
    FramedTransport transport = new FramedTransport(env, RpcSettings.DEFAULT);
    StandbyWatch standbys =
        new StandbyWatch(transport, env.threads(), env.clock(), env.scheduler());
    sessions.knowControllersFrom(standbys);
    standbys.addTo(handlers);
    Address at = new Address(host, Cluster.CONTROLLER_PORT);
    try {
      transport.serve(at, handlers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    node = node(env, at, probe, standbys, sessions);
    standbys.watchFor(node);
    node.start();
  }

  private ControllerNode node(
      Environment env,
      Address at,
      NetworkProbe probe,
      StandbyWatch standbys,
      BrokerSessions sessions) {
    Environment towardsStore =
        new Environment(
            env.clock(),
            env.scheduler(),
            new StoreLane(cluster, env.threads()),
            env.disk(),
            env.randomness(),
            env.network());
    Election election = cluster.store().election(host, towardsStore);
    ControllerSettings settings = new ControllerSettings(id, 1, 3, 2, true, KnownFeatures.INITIAL);
    return new ControllerNode(
        election,
        new Candidate(id, at.toString()),
        probe,
        (store, epoch) ->
            ActiveController.start(
                cluster.seams().store(this, store), settings, env.threads(), env.randomness()),
        standbys.alsoTelling(sessions),
        env.scheduler(),
        env.threads());
  }

  @Override
  void ended() {
    node = null;
  }
}
