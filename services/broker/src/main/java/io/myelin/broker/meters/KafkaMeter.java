package io.myelin.broker.meters;

import io.micrometer.core.instrument.DistributionSummary;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The meters of brokers and controllers. Their names are those under which Kafka's meters are known
 * from the Prometheus JMX exporter's rules for Kafka, where Kafka has such a meter; {@code
 * myelin.*} where it has none. docs/metrics.md is made from this table.
 */
public enum KafkaMeter {
  MESSAGES_IN(
      "kafka.server.brokertopicmetrics.messagesin",
      Kind.COUNTER,
      "Records appended. An empty topic label stands for all topics.",
      "topic"),
  BYTES_IN(
      "kafka.server.brokertopicmetrics.bytesin",
      Kind.COUNTER,
      "Bytes of record batches appended.",
      "topic"),
  BYTES_OUT(
      "kafka.server.brokertopicmetrics.bytesout",
      Kind.COUNTER,
      "Bytes of record batches sent to consumers.",
      "topic"),
  LOG_SIZE(
      "kafka.log.log.size",
      Kind.GAUGE,
      "Bytes of the logs that have been opened, all partitions of the topic together.",
      "topic"),

  REQUESTS(
      "kafka.network.requestmetrics.requests", Kind.COUNTER, "Requests.", "request", "version"),
  TOTAL_TIME_MS(
      "kafka.network.requestmetrics.totaltimems",
      Kind.SUMMARY_WITH_QUANTILES,
      "Milliseconds from a request's last byte until its answer was written to the socket; the"
          + " quantiles are of the last minute or two, within 6 %.",
      "request"),
  LOCAL_TIME_MS(
      "kafka.network.requestmetrics.localtimems",
      Kind.SUMMARY,
      "Milliseconds on the event loop until the request was dispatched.",
      "request"),
  REQUEST_BYTES(
      "kafka.network.requestmetrics.requestbytes", Kind.SUMMARY, "Bytes of requests.", "request"),

  CONNECTIONS(
      "kafka.server.socketservermetrics.connection.count",
      Kind.GAUGE,
      "Open connections.",
      "listener"),
  CONNECTIONS_OPENED(
      "kafka.server.socketservermetrics.connection.creation",
      Kind.COUNTER,
      "Connections that were opened.",
      "listener"),
  MEMORY_AVAILABLE(
      "kafka.network.socketserver.memorypoolavailable",
      Kind.GAUGE,
      "Bytes that requests may still occupy."),
  MEMORY_USED(
      "kafka.network.socketserver.memorypoolused", Kind.GAUGE, "Bytes that requests occupy."),
  FRAMES_WAITING(
      "myelin.network.frames.waiting", Kind.GAUGE, "Requests that wait for memory to be read."),
  EVENT_LOOP_TASKS(
      "myelin.network.eventloop.tasks", Kind.GAUGE, "Tasks in the queues of the event loops."),

  PARTITIONS("kafka.server.replicamanager.partitioncount", Kind.GAUGE, "Replicas on this broker."),
  LEADERS(
      "kafka.server.replicamanager.leadercount", Kind.GAUGE, "Partitions that this broker leads."),
  OFFLINE_REPLICAS(
      "kafka.server.replicamanager.offlinereplicacount",
      Kind.GAUGE,
      "Replicas here whose log has failed."),
  UNDER_REPLICATED(
      "kafka.server.replicamanager.underreplicatedpartitions",
      Kind.GAUGE,
      "Partitions led here with replicas that are not in sync."),
  UNDER_MIN_IN_SYNC(
      "kafka.server.replicamanager.underminisrpartitioncount",
      Kind.GAUGE,
      "Partitions led here with fewer replicas in sync than min.insync.replicas: they take no"
          + " acks=all."),
  AT_MIN_IN_SYNC(
      "kafka.server.replicamanager.atminisrpartitioncount",
      Kind.GAUGE,
      "Partitions led here with just min.insync.replicas in sync."),
  REASSIGNING(
      "kafka.server.replicamanager.reassigningpartitions",
      Kind.GAUGE,
      "Partitions led here that are being moved."),
  IN_SYNC_SHRINKS(
      "kafka.server.replicamanager.isrshrinks",
      Kind.COUNTER,
      "Times that a replica left the in-sync set of a partition led here."),
  IN_SYNC_EXPANDS(
      "kafka.server.replicamanager.isrexpands",
      Kind.COUNTER,
      "Times that a replica joined the in-sync set of a partition led here."),
  REPLICATION_BYTES_IN(
      "kafka.server.brokertopicmetrics.replicationbytesin",
      Kind.COUNTER,
      "Bytes of record batches that came from leaders."),
  REPLICATION_BYTES_OUT(
      "kafka.server.brokertopicmetrics.replicationbytesout",
      Kind.COUNTER,
      "Bytes of record batches sent to followers."),
  OFFLINE_DIRECTORIES(
      "kafka.log.logmanager.offlinelogdirectorycount",
      Kind.GAUGE,
      "Log directories that cannot be written to."),
  UNOPENED(
      "myelin.log.unopened",
      Kind.GAUGE,
      "Logs that have not been opened (recovered) yet after the start."),
  SHARD_MAILBOX(
      "myelin.shard.mailbox",
      Kind.GAUGE,
      "Messages in the mailboxes of the shards that own the partitions."),

  PARKED_FETCHES(
      "kafka.server.delayedoperationpurgatory.purgatorysize",
      Kind.GAUGE,
      "Fetches that wait for records.",
      "delayedOperation"),
  FETCH_SESSIONS(
      "kafka.server.fetchsessioncache.numincrementalfetchsessions",
      Kind.GAUGE,
      "Incremental fetch sessions."),

  GROUPS(
      "kafka.coordinator.group.groupmetadatamanager.numgroups",
      Kind.GAUGE,
      "Groups coordinated here."),
  GROUPS_EMPTY(
      "kafka.coordinator.group.groupmetadatamanager.numgroupsempty",
      Kind.GAUGE,
      "Groups without members."),
  GROUPS_PREPARING(
      "kafka.coordinator.group.groupmetadatamanager.numgroupspreparingrebalance",
      Kind.GAUGE,
      "Groups whose members are asked to join again."),
  GROUPS_COMPLETING(
      "kafka.coordinator.group.groupmetadatamanager.numgroupscompletingrebalance",
      Kind.GAUGE,
      "Groups that wait for their leader's assignment."),
  GROUPS_STABLE(
      "kafka.coordinator.group.groupmetadatamanager.numgroupsstable",
      Kind.GAUGE,
      "Groups whose members have their assignment."),
  OFFSETS(
      "kafka.coordinator.group.groupmetadatamanager.numoffsets",
      Kind.GAUGE,
      "Committed offsets kept here."),

  ACTIVE_CONTROLLER(
      "kafka.controller.kafkacontroller.activecontrollercount",
      Kind.GAUGE,
      "1 where the active controller is, otherwise 0."),
  TOPICS("kafka.controller.kafkacontroller.globaltopiccount", Kind.GAUGE, "Topics."),
  ALL_PARTITIONS(
      "kafka.controller.kafkacontroller.globalpartitioncount",
      Kind.GAUGE,
      "Partitions of all topics."),
  OFFLINE_PARTITIONS(
      "kafka.controller.kafkacontroller.offlinepartitionscount",
      Kind.GAUGE,
      "Partitions that nobody serves: without a leader, or led here with a log that has failed."),
  IMBALANCED(
      "kafka.controller.kafkacontroller.preferredreplicaimbalancecount",
      Kind.GAUGE,
      "Partitions that are not led by their preferred replica."),
  BROKERS("kafka.controller.kafkacontroller.activebrokercount", Kind.GAUGE, "Brokers not fenced."),
  FENCED_BROKERS(
      "kafka.controller.kafkacontroller.fencedbrokercount", Kind.GAUGE, "Brokers fenced."),
  UNCLEAN_ELECTIONS(
      "kafka.controller.controllerstats.uncleanleaderelections",
      Kind.COUNTER,
      "Leaders elected that may lack what was committed."),
  EVENT_QUEUE_TIME_MS(
      "kafka.controller.controllereventmanager.eventqueuetimems",
      Kind.SUMMARY_WITH_QUANTILES,
      "Milliseconds that a request or an answer of the store waited for the controller's thread."),
  EVENT_QUEUE_PROCESSING_TIME_MS(
      "kafka.controller.controllereventmanager.eventqueueprocessingtimems",
      Kind.SUMMARY_WITH_QUANTILES,
      "Milliseconds that the controller's thread spent on one of them.");

  /** What is decided by the active controller, wherever it runs; brokers without one have none. */
  static final Set<KafkaMeter> ONLY_CONTROLLERS =
      EnumSet.of(UNCLEAN_ELECTIONS, EVENT_QUEUE_TIME_MS, EVENT_QUEUE_PROCESSING_TIME_MS);

  /** What both kinds of process have, each as it knows the cluster. */
  static final Set<KafkaMeter> OF_BOTH =
      EnumSet.of(
          ACTIVE_CONTROLLER,
          TOPICS,
          ALL_PARTITIONS,
          OFFLINE_PARTITIONS,
          IMBALANCED,
          BROKERS,
          FENCED_BROKERS);

  private static final double[] QUANTILES = {0.5, 0.75, 0.95, 0.98, 0.99, 0.999};

  // What quantiles cost: two such windows of about 3 KB.
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int WINDOWS = 2;
  private static final int SIGNIFICANT_DIGITS = 1;

  /** What is exported of a meter. */
  enum Kind {
    COUNTER,
    GAUGE,
    /** Count, sum, and the largest of the last minutes. */
    SUMMARY,
    SUMMARY_WITH_QUANTILES
  }

  private final String meter;
  private final Kind kind;
  private final String description;
  private final List<String> labels;

  KafkaMeter(String meter, Kind kind, String description, String... labels) {
    this.meter = meter;
    this.kind = kind;
    this.description = description;
    this.labels = List.of(labels);
  }

  /** The name in Micrometer's form. */
  String meter() {
    return meter;
  }

  Kind kind() {
    return kind;
  }

  String description() {
    return description;
  }

  /** One that is a summary, to be registered. */
  DistributionSummary.Builder summary() {
    DistributionSummary.Builder summary =
        DistributionSummary.builder(meter).description(description);
    return kind == Kind.SUMMARY_WITH_QUANTILES
        ? summary
            .publishPercentiles(QUANTILES)
            .percentilePrecision(SIGNIFICANT_DIGITS)
            .distributionStatisticExpiry(WINDOW.multipliedBy(WINDOWS))
            .distributionStatisticBufferLength(WINDOWS)
        : summary;
  }

  List<String> labels() {
    return labels;
  }
}
