package io.myelin.broker.image;

import io.myelin.broker.config.BrokerConfigs;
import io.myelin.broker.config.IpOverrides;
import io.myelin.broker.net.ConnectionLimits;
import io.myelin.broker.net.Connections;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.MetadataPublisher;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * Keeps the limits of connections as the newest metadata say. Images come from the publisher; host
 * names are looked up on a worker.
 */
public final class SocketLimits implements MetadataPublisher.Listener {
  private static final Logger log = Logger.getLogger(SocketLimits.class);

  private final BrokerConfigs configs;
  private final Connections connections;
  private final Executor workers;
  private volatile ClusterImage newest;

  public SocketLimits(BrokerConfigs configs, Connections connections, Executor workers) {
    this.configs = configs;
    this.connections = connections;
    this.workers = workers;
  }

  /**
   * Applies what the metadata say now, and follows them. May block for a name that is looked up.
   */
  public void follow(MetadataPublisher metadata) {
    newest = metadata.image();
    apply();
    metadata.subscribe(this);
  }

  @Override
  public void onImage(ClusterImage before, ClusterImage now) {
    newest = now;
    workers.execute(this::apply);
  }

  @Override
  public void onImage(ClusterImage before, ClusterImage now, MetadataPublisher.Changes changes) {
    if (changes.configs().stream().anyMatch(key -> key.type() == ConfigKey.Type.BROKER)) {
      onImage(before, now);
    }
  }

  /** One at a time: an older image must not have the last word. */
  private synchronized void apply() {
    ClusterImage image = newest;
    connections.limit(
        new ConnectionLimits(
            (int) configs.longValue(image, "max.connections"),
            (int) configs.longValue(image, "max.connections.per.ip"),
            byAddress(IpOverrides.parse(configs.value(image, "max.connections.per.ip.overrides"))),
            (int) configs.longValue(image, "max.connection.creation.rate")));
  }

  private static Map<InetAddress, Integer> byAddress(Map<String, Integer> byHost) {
    Map<InetAddress, Integer> limits = new HashMap<>();
    byHost.forEach(
        (host, limit) -> {
          try {
            limits.put(InetAddress.getByName(host), limit);
          } catch (UnknownHostException e) {
            log.warnf(
                "max.connections.per.ip.overrides names %s, which is not known here: it has no"
                    + " limit of its own",
                host);
          }
        });
    return limits;
  }
}
