package io.myelin.broker.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;

/**
 * What a broker is started with: checked, and typed by concern. Immutable. Dynamic settings, which
 * come with the image, are in {@link BrokerConfigs} and {@link TopicConfigs}.
 *
 * @param leaderRebalanceIntervalMs leader.imbalance.check.interval.seconds; empty:
 *     auto.leader.rebalance.enable is off
 * @param warnings keys that were given and mean nothing here
 */
public record BrokerConfig(
    int nodeId,
    Optional<String> rack,
    List<String> logDirs,
    SocketSettings sockets,
    TopicSettings topics,
    InternalTopicSettings offsetsTopic,
    GroupSettings groups,
    FetchSettings fetch,
    LogMaintenanceSettings maintenance,
    OptionalLong leaderRebalanceIntervalMs,
    BrokerConfigs all,
    List<String> warnings) {

  /**
   * Limits of connections that hold until the next start; the others are in the image.
   *
   * @param requestBytesMax socket.request.max.bytes
   * @param connectionsMaxIdleMs connections.max.idle.ms; 0 or less: connections may be idle
   * @param networkThreads num.network.threads, if somebody set it
   * @param acceptBacklog socket.listen.backlog.size, if somebody set it
   */
  public record SocketSettings(
      int requestBytesMax,
      long connectionsMaxIdleMs,
      Optional<Integer> networkThreads,
      Optional<Integer> acceptBacklog) {}

  /**
   * How topics come and go.
   *
   * @param autoCreate auto.create.topics.enable
   * @param deletable delete.topic.enable
   * @param partitions num.partitions
   * @param replicationFactor default.replication.factor
   * @param minInSyncReplicas min.insync.replicas
   */
  public record TopicSettings(
      boolean autoCreate,
      boolean deletable,
      int partitions,
      int replicationFactor,
      int minInSyncReplicas) {}

  /**
   * How an internal topic is made.
   *
   * @param segmentBytes its segment.bytes
   */
  public record InternalTopicSettings(int partitions, int replicationFactor, int segmentBytes) {}

  /**
   * Limits of groups.
   *
   * @param minSessionTimeoutMs group.min.session.timeout.ms
   * @param maxSessionTimeoutMs group.max.session.timeout.ms
   * @param sizeMax group.max.size
   * @param initialRebalanceDelayMs group.initial.rebalance.delay.ms
   * @param offsetMetadataBytesMax offset.metadata.max.bytes
   * @param offsetsRetentionMs offsets.retention.minutes
   * @param offsetsRetentionCheckIntervalMs offsets.retention.check.interval.ms
   * @param offsetsCommitTimeoutMs offsets.commit.timeout.ms
   */
  public record GroupSettings(
      int minSessionTimeoutMs,
      int maxSessionTimeoutMs,
      int sizeMax,
      int initialRebalanceDelayMs,
      int offsetMetadataBytesMax,
      long offsetsRetentionMs,
      long offsetsRetentionCheckIntervalMs,
      int offsetsCommitTimeoutMs) {}

  /**
   * Limits of fetches, and who reads for them what is not in memory.
   *
   * @param responseBytesMax fetch.max.bytes
   * @param sessionSlots max.incremental.fetch.session.cache.slots
   * @param readers num.io.threads, if somebody set it
   * @param rackAware whether replica.selector.class is Kafka's rack-aware one
   */
  public record FetchSettings(
      int responseBytesMax, int sessionSlots, Optional<Integer> readers, boolean rackAware) {}

  /**
   * How often logs are looked after; milliseconds.
   *
   * @param retentionCheckIntervalMs log.retention.check.interval.ms
   * @param highWatermarkIntervalMs replica.high.watermark.checkpoint.interval.ms
   * @param flushCheckIntervalMs log.flush.scheduler.interval.ms
   * @param cleanerEnabled log.cleaner.enable
   */
  public record LogMaintenanceSettings(
      long retentionCheckIntervalMs,
      long highWatermarkIntervalMs,
      long flushCheckIntervalMs,
      boolean cleanerEnabled) {}

  /** Defaults of a process that is the whole cluster: nobody else could hold a second replica. */
  public static final Map<String, String> STANDALONE_DEFAULTS =
      Map.of(
          // As in the configuration that Kafka ships for a first try: a group of one starts at
          // once.
          "group.initial.rebalance.delay.ms", "0",
          "offsets.topic.replication.factor", "1");

  /** What differs where a broker is one of several: nothing is lost with any one of them. */
  public static final Map<String, String> CLUSTER_DEFAULTS =
      Map.of(
          "default.replication.factor", "3",
          "min.insync.replicas", "2");

  private static final String UNCLEAN_ELECTION = "unclean.leader.election.enable";

  /**
   * @param given keys and values as a person wrote them, put together from file, environment and
   *     flags
   * @param shapeDefaults defaults that differ from Kafka's
   * @throws ConfigRefusedException that names the key which is wrong
   */
  public static BrokerConfig of(Map<String, String> given, Map<String, String> shapeDefaults) {
    Map<String, String> known = new TreeMap<>();
    new TreeMap<>(given)
        .forEach(
            (name, value) -> {
              check(name, value);
              if (BrokerDefinitions.ALL.containsKey(name)) {
                known.put(name, value);
              }
            });
    SecurityRules.check(given);
    List<String> warnings = new ArrayList<>(IgnoredSettings.warnings(given));
    ListenerList.of(given.getOrDefault("listeners", ""), given)
        .controllers()
        .forEach(
            one ->
                warnings.add(
                    "The listener " + one + " is for Kafka's controllers and is not opened"));
    Map<String, String> defaults = defaults(shapeDefaults);
    int nodeId = nodeId(known);
    known.put("node.id", Integer.toString(nodeId));
    known.put("broker.id", Integer.toString(nodeId));
    return new Reader(known, defaults).read(nodeId, warnings);
  }

  private static Map<String, String> defaults(Map<String, String> shapeDefaults) {
    Map<String, String> defaults = new HashMap<>();
    BrokerDefinitions.ALL.forEach(
        (name, definition) -> {
          if (definition.defaultValue() != null) {
            defaults.put(name, definition.defaultValue());
          }
        });
    defaults.putAll(shapeDefaults);
    return defaults;
  }

  /**
   * For a process that is one of several: what all of them must agree on is not in its file.
   *
   * @throws ConfigRefusedException as {@link #of} does
   */
  public static BrokerConfig ofClusterMember(Map<String, String> given) {
    BrokerConfig config = of(given, CLUSTER_DEFAULTS);
    if (Boolean.parseBoolean(config.all().atStart(UNCLEAN_ELECTION).trim())) {
      throw new ConfigRefusedException(
          "%1$s is true, and a cluster obeys the same everywhere, not what one process has in its file; remove it, and set it for a topic, or for all: kafka-configs.sh --alter --entity-type brokers --entity-default --add-config %1$s=true"
              .formatted(UNCLEAN_ELECTION));
    }
    return config;
  }

  private static void check(String name, String value) {
    ConfigDefinition definition =
        BrokerDefinitions.ALL.getOrDefault(name, MyelinDefinitions.ALL.get(name));
    if (definition != null) {
      try {
        definition.parse(value);
      } catch (ConfigException e) {
        throw new ConfigRefusedException(e.getMessage());
      }
    } else if (name.startsWith(MyelinDefinitions.PREFIX)) {
      throw new ConfigRefusedException(
          "There is no setting "
              + name
              + "; did you mean "
              + NearestName.of(name, MyelinDefinitions.ALL.keySet())
              + "?");
    }
  }

  private static int nodeId(Map<String, String> known) {
    String nodeId = known.get("node.id");
    String brokerId = known.get("broker.id");
    if (nodeId != null && brokerId != null && !nodeId.trim().equals(brokerId.trim())) {
      throw new ConfigRefusedException(
          "node.id is " + nodeId + " and broker.id is " + brokerId + "; set only node.id");
    }
    return Integer.parseInt(
        Optional.ofNullable(nodeId).or(() -> Optional.ofNullable(brokerId)).orElse("0").trim());
  }

  /** Whoever waits so long waits for ever, and it can be counted in nanoseconds. */
  private static final long YEARS_10_IN_SECONDS = 315_360_000;

  private static final String RACK_AWARE =
      "org.apache.kafka.common.replica.RackAwareReplicaSelector";

  /** Typed access while the record is put together. */
  private record Reader(Map<String, String> given, Map<String, String> defaults) {

    BrokerConfig read(int nodeId, List<String> warnings) {
      return new BrokerConfig(
          nodeId,
          Optional.ofNullable(text("broker.rack")),
          List.of(
              (given.containsKey("log.dirs") ? text("log.dirs") : text("log.dir")).split(" *, *")),
          new SocketSettings(
              integer("socket.request.max.bytes"),
              longValue("connections.max.idle.ms"),
              ifGiven("num.network.threads"),
              ifGiven("socket.listen.backlog.size")),
          new TopicSettings(
              bool("auto.create.topics.enable"),
              bool("delete.topic.enable"),
              integer("num.partitions"),
              integer("default.replication.factor"),
              integer("min.insync.replicas")),
          new InternalTopicSettings(
              integer("offsets.topic.num.partitions"),
              integer("offsets.topic.replication.factor"),
              integer("offsets.topic.segment.bytes")),
          new GroupSettings(
              integer("group.min.session.timeout.ms"),
              integer("group.max.session.timeout.ms"),
              integer("group.max.size"),
              integer("group.initial.rebalance.delay.ms"),
              integer("offset.metadata.max.bytes"),
              longValue("offsets.retention.minutes") * 60_000,
              longValue("offsets.retention.check.interval.ms"),
              integer("offsets.commit.timeout.ms")),
          new FetchSettings(
              integer("fetch.max.bytes"),
              integer("max.incremental.fetch.session.cache.slots"),
              ifGiven("num.io.threads"),
              isRackAware(text("replica.selector.class"))),
          new LogMaintenanceSettings(
              longValue("log.retention.check.interval.ms"),
              longValue("replica.high.watermark.checkpoint.interval.ms"),
              longValue("log.flush.scheduler.interval.ms"),
              bool("log.cleaner.enable")),
          leaderRebalanceIntervalMs(),
          checked(new BrokerConfigs(nodeId, given, defaults)),
          List.copyOf(warnings));
    }

    private OptionalLong leaderRebalanceIntervalMs() {
      long seconds = longValue("leader.imbalance.check.interval.seconds");
      return bool("auto.leader.rebalance.enable")
          ? OptionalLong.of(1000 * Math.min(seconds, YEARS_10_IN_SECONDS))
          : OptionalLong.empty();
    }

    private static boolean isRackAware(String selector) {
      if (selector == null || selector.isEmpty()) {
        return false;
      }
      if (!selector.equals(RACK_AWARE)) {
        throw new ConfigRefusedException(
            "replica.selector.class is %s, and Myelin knows only %s; leave it empty for the leader"
                .formatted(selector, RACK_AWARE));
      }
      return true;
    }

    private static BrokerConfigs checked(BrokerConfigs all) {
      try {
        BrokerRules.check(all::atStart);
      } catch (ConfigException e) {
        throw new ConfigRefusedException(e.getMessage());
      }
      return all;
    }

    private String text(String name) {
      String value = given.getOrDefault(name, defaults.get(name));
      return value == null ? null : value.trim();
    }

    private int integer(String name) {
      return Integer.parseInt(text(name));
    }

    private long longValue(String name) {
      return Long.parseLong(text(name));
    }

    private boolean bool(String name) {
      return Boolean.parseBoolean(text(name));
    }

    private Optional<Integer> ifGiven(String name) {
      return Optional.ofNullable(given.get(name)).map(value -> Integer.parseInt(value.trim()));
    }
  }
}
