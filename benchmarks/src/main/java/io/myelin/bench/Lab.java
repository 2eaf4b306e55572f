package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * What a scenario works with: brokers of one kind on fresh directories, tools, and Kafka's peaks.
 */
final class Lab {
  private final Installation installation;
  private final Path work;
  private final BrokerKind kind;
  private final Volumes volumes;
  private final Peaks peaks;
  private final PerfTools tools;

  Lab(Installation installation, Path work, BrokerKind kind, Volumes volumes, Peaks peaks) {
    this.installation = installation;
    this.work = work;
    this.kind = kind;
    this.volumes = volumes;
    this.peaks = peaks;
    this.tools = new PerfTools(installation);
  }

  /** A new one, not started. */
  BrokerUnderTest broker() throws IOException, InterruptedException {
    return broker(OptionalInt.empty());
  }

  BrokerUnderTest broker(OptionalInt heapMb) throws IOException, InterruptedException {
    return kind.create(installation, freshDirectory(""), heapMb);
  }

  /** A new one that answers. */
  BrokerUnderTest startedBroker() throws IOException, InterruptedException {
    BrokerUnderTest broker = broker();
    try {
      broker.start();
      broker.awaitReady();
      return broker;
    } catch (IOException | InterruptedException e) {
      broker.close();
      throw e;
    }
  }

  /** A new cluster whose brokers answer. */
  ClusterUnderTest startedCluster() throws IOException, InterruptedException {
    ClusterUnderTest cluster = kind.createCluster(installation, freshDirectory("-cluster"));
    try {
      cluster.start();
      Clients.awaitBrokers(cluster.bootstrap(), ClusterUnderTest.BROKERS);
      return cluster;
    } catch (IOException | InterruptedException e) {
      cluster.close();
      throw e;
    }
  }

  /** What the profile's load is for: a broker, or a cluster with the topic. */
  Target startedFor(Profile profile) throws Exception {
    if (profile.replicas() == 1) {
      return startedBroker();
    }
    ClusterUnderTest cluster = startedCluster();
    try {
      Clients.createTopics(cluster.bootstrap(), List.of(profile.replicatedTopic()));
      return cluster;
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  private Path freshDirectory(String suffix) {
    Path directory = work.resolve(kind.name().toLowerCase(Locale.ROOT) + suffix);
    BrokerProcess.deleteTree(directory);
    return directory;
  }

  Installation installation() {
    return installation;
  }

  Volumes volumes() {
    return volumes;
  }

  Peaks peaks() {
    return peaks;
  }

  PerfTools tools() {
    return tools;
  }
}
