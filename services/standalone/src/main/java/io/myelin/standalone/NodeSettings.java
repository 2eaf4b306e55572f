package io.myelin.standalone;

import io.myelin.broker.config.ConfigDefinition;
import io.myelin.broker.config.MyelinDefinitions;
import io.myelin.metadata.etcd.EtcdSettings;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/**
 * What a process is to its cluster.
 *
 * @param grpc where it listens for the other processes of the cluster
 * @param advertisedGrpc where they reach it
 * @param controllers where a broker looks for the active controller
 * @param etcd where controllers keep the metadata
 * @param etcdPrefix what their keys there begin with
 * @param sessionTimeoutMs a broker that is silent for so long is fenced
 */
public record NodeSettings(
    Role role,
    HostPort grpc,
    HostPort advertisedGrpc,
    List<HostPort> controllers,
    List<URI> etcd,
    String etcdPrefix,
    int sessionTimeoutMs) {
  static final String ROLE_KEY = "myelin.role";
  public static final String GRPC_KEY = "myelin.grpc.listener";
  static final String ADVERTISED_GRPC_KEY = "myelin.grpc.advertised";
  static final String CONTROLLERS_KEY = "myelin.controllers";
  static final String ETCD_KEY = "myelin.etcd.endpoints";
  static final String ETCD_PREFIX_KEY = "myelin.etcd.prefix";
  static final String SESSION_TIMEOUT_KEY = "myelin.session.timeout.ms";

  /** What runs in the process. */
  public enum Role {
    /** Controller, its store and a broker: a whole cluster. */
    STANDALONE,
    CONTROLLER,
    BROKER
  }

  /**
   * @param config keys as written
   * @throws StartException if a value is wrong, or a role lacks what it needs
   */
  public static NodeSettings of(Map<String, String> config) {
    MyelinDefinitions.ALL.values().forEach(definition -> check(definition, config));
    Role role =
        Role.valueOf(config.getOrDefault(ROLE_KEY, "standalone").strip().toUpperCase(Locale.ROOT));
    String grpc = config.getOrDefault(GRPC_KEY, "localhost:9094");
    String advertisedGrpc = config.getOrDefault(ADVERTISED_GRPC_KEY, "").strip();
    NodeSettings settings =
        new NodeSettings(
            role,
            HostPort.parse(grpc, GRPC_KEY),
            HostPort.parse(advertisedGrpc.isEmpty() ? grpc : advertisedGrpc, ADVERTISED_GRPC_KEY),
            list(config, CONTROLLERS_KEY).stream()
                .map(each -> HostPort.parse(each, CONTROLLERS_KEY))
                .toList(),
            list(config, ETCD_KEY).stream().map(NodeSettings::etcdEndpoint).toList(),
            etcdPrefix(
                ETCD_PREFIX_KEY,
                config.getOrDefault(ETCD_PREFIX_KEY, EtcdSettings.DEFAULT_PREFIX).strip()),
            Integer.parseInt(config.getOrDefault(SESSION_TIMEOUT_KEY, "2000").strip()));
    switch (role) {
      case STANDALONE -> {}
      case CONTROLLER -> require(!settings.etcd.isEmpty(), role, ETCD_KEY, "127.0.0.1:2379");
      case BROKER ->
          require(!settings.controllers.isEmpty(), role, CONTROLLERS_KEY, "127.0.0.1:9244");
    }
    return settings;
  }

  private static void check(ConfigDefinition definition, Map<String, String> config) {
    String value = config.get(definition.name());
    if (value != null) {
      try {
        definition.parse(value);
      } catch (ConfigException e) {
        throw new StartException(e.getMessage(), e);
      }
    }
  }

  private static void require(boolean given, Role role, String key, String example) {
    if (!given) {
      throw new StartException(
          "a %s needs %s, for example %s=%s"
              .formatted(role.name().toLowerCase(Locale.ROOT), key, key, example));
    }
  }

  private static List<String> list(Map<String, String> config, String key) {
    return Arrays.stream(config.getOrDefault(key, "").split(","))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  static String etcdPrefix(String key, String text) {
    if (!text.endsWith("/")) {
      throw new StartException(
          "%s=%s needs a slash at its end, so that no other cluster's prefix begins with it: %s/"
              .formatted(key, text, text));
    }
    return text;
  }

  private static URI etcdEndpoint(String text) {
    HostPort at = HostPort.parse(text.replaceFirst("^http://", ""), ETCD_KEY);
    return URI.create("http://" + at);
  }
}
