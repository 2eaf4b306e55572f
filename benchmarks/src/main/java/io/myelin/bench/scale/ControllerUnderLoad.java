package io.myelin.bench.scale;

import io.myelin.controller.ActiveController;
import io.myelin.controller.BrokerSessions;
import io.myelin.controller.ControllerNode;
import io.myelin.controller.NetworkProbe;
import io.myelin.controller.session.SessionServer;
import io.myelin.env.Environment;
import io.myelin.metadata.Election;
import io.myelin.metadata.Election.Active;
import io.myelin.metadata.Election.Candidate;
import io.myelin.rpc.Address;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.grpc.GrpcTransport;
import io.myelin.rpc.grpc.Security;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** A controller as its process puts it together, on a port of its own. */
final class ControllerUnderLoad {
  private final String name;
  private final Environment env;
  private final Function<String, Election> elections;
  private final BrokerSessions sessions;
  private final Address address;
  private ControllerNode node;
  private volatile long electedNanos;
  private volatile long leadsNanos;
  private volatile long epoch;
  private volatile String storeId = "";

  ControllerUnderLoad(
      String name, int sessionTimeoutMs, Environment env, Function<String, Election> elections)
      throws IOException {
    this.name = name;
    this.env = env;
    this.elections = elections;
    NetworkProbe probe = new NetworkProbe(env.network());
    sessions =
        new BrokerSessions(1, sessionTimeoutMs, probe, env.clock(), env.scheduler(), env.threads());
    SessionServer server =
        new SessionServer(sessions, env.clock(), env.threads().serial("sessions-" + name));
    sessions.onRoleChange(server::roleChanged);
    RpcHandlers handlers = new RpcHandlers();
    server.addTo(handlers);
    GrpcTransport transport = new GrpcTransport(RpcSettings.DEFAULT, new Security.Plaintext(), 1);
    address =
        new Address("127.0.0.1", transport.serve(new Address("127.0.0.1", 0), handlers).port());
  }

  /** Takes part in the election from now on. */
  void start() {
    node =
        new ControllerNode(
            elections.apply(name),
            new Candidate(1, address.toString()),
            new NetworkProbe(env.network()),
            (store, won) -> {
              electedNanos = System.nanoTime();
              return ActiveController.start(
                  store, BigCluster.settings(true), env.threads(), env.randomness());
            },
            new Leads(),
            env.scheduler(),
            env.threads());
    node.start();
  }

  /** Stops in order; brokers that are connected are sent away. */
  void resign() throws Exception {
    node.stop().get();
  }

  boolean leads() {
    return epoch > 0;
  }

  ActiveController controller() {
    return node.controller().orElseThrow();
  }

  Address address() {
    return address;
  }

  long epoch() {
    return epoch;
  }

  String storeId() {
    return storeId;
  }

  long electedNanos() {
    return electedNanos;
  }

  long leadsNanos() {
    return leadsNanos;
  }

  private final class Leads implements ControllerNode.Listener {
    @Override
    public void leads(ActiveController controller, String id, long won) {
      leadsNanos = System.nanoTime();
      storeId = id;
      epoch = won;
      sessions.leads(controller, id, won);
    }

    @Override
    public void follows(Optional<Active> active) {
      epoch = 0;
      sessions.follows(active);
    }
  }
}
