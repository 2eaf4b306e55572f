package io.myelin.broker.session;

import io.myelin.controller.ActiveController;
import io.myelin.controller.ControllerSettings;
import io.myelin.controller.session.AdminServer;
import io.myelin.controller.session.SessionHost;
import io.myelin.controller.session.SessionServer;
import io.myelin.env.Environment;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.Controller.Quorum;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataStore;
import io.myelin.rpc.Address;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.controller.v1.SessionRefused.Code;
import io.myelin.rpc.framed.FramedTransport;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A controller's process: real decisions and streams; who is active, a test says. */
final class TestingController implements SessionHost {
  static final int PORT = 23_001;
  static final int SESSION_MS = 2_000;

  final List<BrokerRegistration> registrations = new ArrayList<>();
  final List<Known> known = new ArrayList<>();
  final List<Beat> beats = new ArrayList<>();
  final List<Integer> disconnected = new ArrayList<>();
  Optional<Registration> refusal = Optional.empty();
  final Map<Replica, LogEnd> described = new HashMap<>();
  Standing standing = new Standing(true, true, false);
  ActiveController controller;
  private final Simulation simulation;
  private final int id;
  private final Environment environment;
  private final SessionServer sessions;
  private Role role = new Role.Standby(Optional.empty(), 0);

  TestingController(Simulation simulation, int id) throws IOException {
    this.simulation = simulation;
    this.id = id;
    environment = simulation.environment(address().host(), simulation.disk());
    sessions =
        new SessionServer(this, environment.clock(), environment.threads().serial("sessions"));
    RpcHandlers handlers = new RpcHandlers();
    sessions.addTo(handlers);
    new AdminServer(this).addTo(handlers, environment.threads().serial("admin"));
    RpcTransport transport = new FramedTransport(environment, RpcSettings.DEFAULT);
    transport.serve(address(), handlers);
  }

  Address address() {
    return new Address("controller-" + id, PORT);
  }

  void activate(MetadataStore store, long epoch) {
    activate(store, epoch, controller -> {});
  }

  /**
   * @param before the first session is possible
   */
  void activate(MetadataStore store, long epoch, Consumer<ActiveController> before) {
    ControllerSettings settings = new ControllerSettings(id, 1, 1, 1, false, Map.of());
    var started =
        ActiveController.start(store, settings, environment.threads(), environment.randomness());
    if (!simulation.runUntil(started::isDone, 10_000)) {
      throw new AssertionError("The controller did not start");
    }
    controller = started.join();
    before.accept(controller);
    simulation.runFor(10);
    role =
        new Role.Active(
            id, epoch, store.storeId(), SESSION_MS, controller, controller, controller::changes);
    sessions.roleChanged(role);
  }

  void standBy(Optional<Address> active, long epoch) {
    role = new Role.Standby(active, epoch);
    sessions.roleChanged(role);
  }

  /** Its process is gone. */
  void kill() {
    environment.network().close();
  }

  @Override
  public Role role() {
    return role;
  }

  @Override
  public CompletableFuture<Registration> register(BrokerRegistration broker, Known seen) {
    known.add(seen);
    if (role instanceof Role.Active active && seen.controllerEpoch() > active.epoch()) {
      return CompletableFuture.completedFuture(
          new Registration.Refused(Code.CODE_STORE_TOO_OLD, "The broker has served a later one"));
    }
    registrations.add(broker);
    if (refusal.isPresent()) {
      return CompletableFuture.completedFuture(refusal.get());
    }
    return controller.register(broker).thenApply(Registration.Accepted::new);
  }

  @Override
  public CompletableFuture<Standing> heard(int broker, long brokerEpoch, Beat beat) {
    beats.add(beat);
    return CompletableFuture.completedFuture(standing);
  }

  @Override
  public void described(int broker, long brokerEpoch, Map<Replica, LogEnd> ends) {
    described.putAll(ends);
  }

  /** Asks a broker that has a session. */
  void describe(int broker, List<Replica> replicas) {
    sessions.describe(broker, replicas);
  }

  @Override
  public CompletableFuture<Result<Quorum>> quorum() {
    return controller.describeQuorum();
  }

  @Override
  public void disconnected(int broker, long brokerEpoch) {
    disconnected.add(broker);
  }
}
