package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Path;
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
    Path directory = work.resolve(kind.name().toLowerCase(java.util.Locale.ROOT));
    BrokerProcess.deleteTree(directory);
    return kind.create(installation, directory, heapMb);
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
