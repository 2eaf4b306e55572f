package io.myelin.standalone;

import io.micrometer.core.instrument.MeterRegistry;
import io.myelin.broker.Broker;
import io.myelin.broker.BrokerHealth;
import io.myelin.broker.BrokerPlace;
import io.myelin.broker.api.admin.LogLevels;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.meters.ControllerMeters;
import io.myelin.broker.net.Listener;
import io.myelin.broker.session.SeenMetadata;
import io.myelin.controller.ActiveController;
import io.myelin.controller.ControllerSettings;
import io.myelin.env.DiskFullException;
import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.FileMetadataStore;
import io.myelin.metadata.KnownFeatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/**
 * Controller, file store and broker in this process. The metadata are in the first log directory.
 */
final class StandaloneCluster implements EmbeddedCluster {
  private static final Logger log = Logger.getLogger(StandaloneCluster.class);
  private static final String LISTENER = "PLAINTEXT";
  static final String METADATA = "metadata";

  private final Settings settings;
  private final MeterRegistry meters;
  private final LogLevels logLevels;
  private final Environment env;
  private volatile ActiveController controller;
  private volatile Broker broker;

  StandaloneCluster(Settings settings, MeterRegistry meters, LogLevels logLevels) {
    this(settings, meters, logLevels, JdkEnvironment.create());
  }

  StandaloneCluster(Settings settings, MeterRegistry meters, LogLevels logLevels, Environment env) {
    this.settings = settings;
    this.meters = meters;
    this.logLevels = logLevels;
    this.env = env;
  }

  @Override
  public Endpoint start() {
    try {
      BrokerConfig config = BrokerConfig.of(settings.config(), BrokerConfig.STANDALONE_DEFAULTS);
      config.warnings().forEach(log::warn);
      settings.warnings().forEach(log::warn);
      refuseIfInACluster();
      controller = startController(config);
      broker =
          Broker.start(
              config,
              place(settings, Optional.empty()),
              env,
              controller.image().clusterId(),
              controller,
              controller,
              Optional.empty(),
              meters,
              logLevels);
      return new Endpoint(
          "Kafka clients on "
              + new HostPort(settings.advertised().host(), portOf(settings.advertised())));
    } catch (IOException | RuntimeException e) {
      throw StartFailure.of(e, this);
    }
  }

  /** Its metadata have moved: alone it would give away epochs and offsets a second time. */
  private void refuseIfInACluster() throws IOException {
    if (new SeenMetadata(env.disk(), settings.dataDir()).load().isPresent()) {
      throw new StartException(
          settings.dataDir()
              + " belongs to a broker of a cluster; start it with myelin.role=broker, or choose"
              + " another directory");
    }
  }

  private ActiveController startController(BrokerConfig config) throws IOException {
    Path directory = settings.dataDir().resolve(METADATA);
    FileMetadataStore store =
        FileMetadataStore.open(
            env.disk(), directory, env.threads().serial("metadata-store"), env.randomness());
    ControllerMeters measures = new ControllerMeters(meters);
    try {
      ActiveController started =
          ActiveController.start(
                  store,
                  new ControllerSettings(
                      config.nodeId(),
                      config.topics().partitions(),
                      config.topics().replicationFactor(),
                      config.topics().minInSyncReplicas(),
                      false,
                      KnownFeatures.INITIAL),
                  measures.measured(env.threads(), env.clock()),
                  env.randomness())
              .join();
      started.subscribe(measures.elections());
      return started;
    } catch (CompletionException e) {
      store.close(); // which is the controller's only once that has started
      throw e;
    }
  }

  /**
   * @param peers where other brokers reach this one
   */
  static BrokerPlace place(Settings settings, Optional<BrokerPlace.Peers> peers) {
    HostPort kafka = settings.kafka();
    List<Listener> listeners =
        kafka.addresses().stream().map(address -> new Listener(LISTENER, address)).toList();
    HostPort advertised = settings.advertised();
    return new BrokerPlace(
        settings.logDirs(),
        listeners,
        advertised.port() == 0
            ? Map.of() // a free port: known once it is bound
            : Map.of(LISTENER, new BrokerImage.Endpoint(advertised.host(), advertised.port())),
        peers);
  }

  private int portOf(HostPort advertised) {
    return advertised.port() == 0 ? broker.addresses().getFirst().getPort() : advertised.port();
  }

  @Override
  public CompletableFuture<String> ended() {
    return new CompletableFuture<>(); // whatever happens, it goes on
  }

  @Override
  public Health health() {
    Broker started = broker;
    if (started == null) {
      return new Health(false, List.of("not started"));
    }
    BrokerHealth brokers = started.health();
    List<String> problems = new ArrayList<>(brokers.problems());
    Throwable store = controller.storeFailure().orElse(null);
    if (store != null) {
      problems.add("the metadata cannot be written: " + store.getMessage());
    }
    // A full disk keeps nobody from reading, and a restart would not mend it.
    boolean writable = store == null || store instanceof DiskFullException;
    return new Health(brokers.serving() && writable, problems);
  }

  @Override
  public void close() {
    try {
      if (broker != null) {
        broker.close();
      }
    } catch (IOException e) {
      log.errorf(e, "The stop was not orderly; the next start recovers: %s", e.getMessage());
    } finally {
      if (controller != null) {
        controller.close();
      }
    }
  }
}
