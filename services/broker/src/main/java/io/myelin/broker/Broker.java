package io.myelin.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.myelin.broker.api.admin.LogLevels;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.meters.BrokerGauges;
import io.myelin.broker.meters.RequestMeters;
import io.myelin.broker.net.KafkaServer;
import io.myelin.broker.net.Listener;
import io.myelin.broker.session.ReplicaReports;
import io.myelin.env.Environment;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.rpc.Address;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * A broker: its {@linkplain BrokerCore core}, and the listeners that clients talk to.
 *
 * <p>Threads: {@link #start} and {@link #close} are called by one thread, which may block.
 *
 * <p>Crash rule: the core's.
 */
public final class Broker implements AutoCloseable {
  private static final long SHUTDOWN_GRACE_MS = 5_000;

  private final BrokerPlace place;
  private final BrokerCore core;
  private final KafkaServer server;
  private List<InetSocketAddress> addresses = List.of();
  private Optional<BrokerImage.Endpoint> peers = Optional.empty();
  private volatile boolean closing;

  private Broker(BrokerPlace place, BrokerCore core) {
    this.place = place;
    this.core = core;
    this.server = new KafkaServer(core.connections());
  }

  /**
   * Opens the directories, follows the metadata, and serves clients when it returns. If that fails,
   * the directories are closed in order, so that the next start has nothing to recover.
   *
   * @param peers carries calls between the brokers of a cluster; empty: it runs alone
   * @param clusterId the cluster that the directories must belong to; new ones will
   * @throws IOException with a message for a person: a directory that cannot be used, an address
   *     that is taken
   */
  public static Broker start(
      BrokerConfig config,
      BrokerPlace place,
      Environment env,
      String clusterId,
      Controller controller,
      MetadataPublisher metadata,
      Optional<RpcTransport> peers,
      MeterRegistry meters,
      LogLevels logLevels)
      throws IOException {
    BrokerCore core =
        BrokerCore.open(
            config,
            place.logDirs(),
            Runtime.getRuntime().availableProcessors(),
            env,
            clusterId,
            controller,
            metadata,
            peers,
            new RequestMeters(meters),
            logLevels);
    Broker broker = new Broker(place, core);
    try {
      broker.serve(config, controller, peers, meters);
    } catch (IOException | RuntimeException e) {
      broker.abandon(e);
      throw e;
    }
    return broker;
  }

  private void serve(
      BrokerConfig config,
      Controller controller,
      Optional<RpcTransport> transport,
      MeterRegistry meters)
      throws IOException {
    if (transport.isPresent()) {
      peers = Optional.of(servePeers(transport.get()));
    }
    addresses = server.start(place.listeners());
    core.bindTo(meters);
    new BrokerGauges(meters, config.nodeId()).bind(server);
    register(controller);
    core.registered();
  }

  private void register(Controller controller) throws IOException {
    try {
      controller.register(core.registration(endpoints(), peers)).join();
    } catch (CompletionException e) {
      throw new IOException(e.getCause().getMessage(), e);
    }
  }

  private void abandon(Exception cause) {
    try {
      close();
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** Where the listeners are bound, in their order. */
  public List<InetSocketAddress> addresses() {
    return addresses;
  }

  /** How the broker is. Any thread; takes a look at every replica. */
  public BrokerHealth health() {
    return BrokerHealth.of(closing, core.partitions(), core.unwritable());
  }

  /** What the controller has to know of this broker's replicas. */
  public ReplicaReports reports() {
    return core.reports();
  }

  /**
   * Puts folders out of the way that were found at the start and belong to no replica of this
   * broker; for metadata that are beyond doubt. Returns at once.
   */
  public void setStraysAside() {
    core.setStraysAside();
  }

  /** Returns where they find this broker. */
  private BrokerImage.Endpoint servePeers(RpcTransport transport) throws IOException {
    RpcHandlers handlers = new RpcHandlers();
    core.addTo(handlers);
    BrokerPlace.Peers at = place.peers().orElseThrow();
    RpcServer server =
        transport.serve(new Address(at.listener().host(), at.listener().port()), handlers);
    return at.advertised().port() == 0
        ? new BrokerImage.Endpoint(at.advertised().host(), server.port())
        : at.advertised();
  }

  private Map<String, BrokerImage.Endpoint> endpoints() {
    Map<String, BrokerImage.Endpoint> endpoints = new HashMap<>();
    for (int i = 0; i < addresses.size(); i++) {
      Listener listener = place.listeners().get(i);
      InetSocketAddress bound = addresses.get(i);
      endpoints.putIfAbsent(
          listener.name(),
          place
              .advertised()
              .getOrDefault(
                  listener.name(),
                  new BrokerImage.Endpoint(bound.getHostString(), bound.getPort())));
    }
    return endpoints;
  }

  /**
   * Stops in order: no new requests, appends finish, checkpoints, the mark of a clean stop last.
   */
  @Override
  public void close() throws IOException {
    closing = true;
    if (!addresses.isEmpty()) { // it may have been refused before it listened
      server.close(SHUTDOWN_GRACE_MS);
    }
    core.close();
  }
}
