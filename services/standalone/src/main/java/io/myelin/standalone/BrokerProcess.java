package io.myelin.standalone;

import io.micrometer.core.instrument.MeterRegistry;
import io.myelin.broker.Broker;
import io.myelin.broker.BrokerHealth;
import io.myelin.broker.BrokerPlace;
import io.myelin.broker.api.admin.LogLevels;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.session.ClusterSearch;
import io.myelin.broker.session.RemoteController;
import io.myelin.broker.session.SeenMetadata;
import io.myelin.broker.session.SessionEvents;
import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.rpc.Address;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.grpc.GrpcTransport;
import io.myelin.rpc.grpc.Security;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** A broker of a cluster in this process; its controller is elsewhere. */
final class BrokerProcess implements EmbeddedCluster {
  private static final Logger log = Logger.getLogger(BrokerProcess.class);

  /** Moving the leaders of thousands of partitions away takes a second or two. */
  private static final long DRAIN_MS_MAX = 10_000;

  /**
   * Once others lead, this broker says so for a moment to clients that ask it all the same: they go
   * on there at once, where a broken connection would have them wait and look around. And what its
   * end costs is not taken from those who take over on the same machine.
   */
  private static final long REDIRECT_MS = 500;

  private final Settings settings;
  private final NodeSettings node;
  private final MeterRegistry meters;
  private final LogLevels logLevels;
  private final Environment env = JdkEnvironment.create();
  private final CompletableFuture<Void> counted = new CompletableFuture<>();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private RpcTransport transport;
  private RemoteController controller;
  private volatile Broker broker;
  private volatile boolean fenced = true;

  BrokerProcess(Settings settings, NodeSettings node, MeterRegistry meters, LogLevels logLevels) {
    this.settings = settings;
    this.node = node;
    this.meters = meters;
    this.logLevels = logLevels;
  }

  @Override
  public Endpoint start() {
    try {
      BrokerConfig config = BrokerConfig.ofClusterMember(settings.config());
      config.warnings().forEach(log::warn);
      settings.warnings().forEach(log::warn);
      rehearse();
      transport = new GrpcTransport(RpcSettings.BROKER, new Security.Plaintext(), 2);
      List<Address> controllers =
          node.controllers().stream().map(at -> new Address(at.host(), at.port())).toList();
      String clusterId = ClusterSearch.clusterId(transport, controllers, env).join();
      controller = new RemoteController(transport, controllers, env, new Events());
      rememberMetadata();
      broker =
          Broker.start(
              config,
              StandaloneCluster.place(
                  settings,
                  Optional.of(
                      new BrokerPlace.Peers(
                          node.grpc().endpoint(), node.advertisedGrpc().endpoint()))),
              env,
              clusterId,
              controller,
              controller,
              Optional.of(transport),
              meters,
              logLevels);
      controller.reportOn(broker.reports());
      CompletableFuture.anyOf(counted, ended).join();
      if (ended.isDone()) {
        throw new IOException(ended.join());
      }
      setStraysAside();
      return new Endpoint("Kafka clients on " + settings.advertised());
    } catch (IOException | RuntimeException e) {
      throw StartFailure.of(e, this);
    }
  }

  /**
   * The controller counts on this broker, so these are the cluster's metadata, all of them. Unless
   * somebody has put another store there, or an older one: a broker that remembers nothing of it
   * cannot know.
   */
  private void setStraysAside() {
    if (controller.knowsStore()) {
      broker.setStraysAside();
    }
  }

  /** Without it only the first moments of leading are slower. */
  private static void rehearse() {
    try (Rehearsal rehearsal = new Rehearsal(Files.createTempDirectory("myelin-rehearsal"))) {
      rehearsal.run();
    } catch (IOException | RuntimeException e) {
      log.warnf("Clients will wait longer when this broker begins to lead: %s", e.getMessage());
    }
  }

  /** In the first directory, before the session begins: what former lives have seen. */
  private void rememberMetadata() throws IOException {
    SeenMetadata seen = new SeenMetadata(env.disk(), settings.dataDir());
    Executor writer = env.threads().serial("metadata-seen");
    controller.remember(
        seen.load(),
        mark ->
            writer.execute(
                () -> {
                  try {
                    seen.save(mark);
                  } catch (IOException e) {
                    // Nothing depends on it but that a store that is too old is noticed.
                    log.warnf("What was seen of the metadata is not kept: %s", e.getMessage());
                  }
                }));
  }

  @Override
  public CompletableFuture<String> ended() {
    return ended;
  }

  /** What the session says of this broker. */
  private final class Events implements SessionEvents {
    private String refusal = "";

    @Override
    public void fenced(boolean now) {
      fenced = now;
      if (now) {
        log.warn("This broker is fenced: it leads nothing until the controller counts on it again");
      } else {
        counted.complete(null);
      }
    }

    @Override
    public void mayStop() {
      env.scheduler().after(REDIRECT_MS, () -> drained.complete(null));
    }

    @Override
    public void refused(String message) {
      if (!message.equals(refusal)) {
        refusal = message;
        log.errorf("The controller does not take this broker: %s", message);
      }
    }

    @Override
    public void mustStop(String message) {
      log.errorf("The controller does not take this broker, which stops: %s", message);
      drained.complete(null); // nobody will drain it
      ended.complete("The controller does not take this broker: " + message);
    }
  }

  @Override
  public Health health() {
    Broker started = broker;
    if (started == null) {
      return new Health(false, List.of("not started"));
    }
    BrokerHealth state = started.health();
    List<String> problems = new ArrayList<>(state.problems());
    if (fenced) {
      problems.add("the controller does not count on this broker, or cannot be reached");
    }
    return new Health(state.serving() && !fenced, problems);
  }

  /** Leaders first, so that clients find others before this one is gone. */
  private void drain() {
    controller.wantToStop();
    try {
      drained.get(DRAIN_MS_MAX, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warnf("Stopping without having been drained after %d ms", DRAIN_MS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("never fails", e);
    }
  }

  @Override
  public void close() {
    try {
      if (broker != null) {
        drain();
        broker.close();
      }
    } catch (IOException e) {
      log.errorf(e, "The stop was not orderly; the next start recovers: %s", e.getMessage());
    } finally {
      if (controller != null) {
        controller.close();
      }
      if (transport != null) {
        transport.close();
      }
    }
  }
}
