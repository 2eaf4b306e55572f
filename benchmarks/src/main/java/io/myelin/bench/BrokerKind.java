package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The brokers that we know how to start. */
enum BrokerKind {
  MYELIN("Myelin"),
  KAFKA("Kafka");

  private final String title;

  BrokerKind(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /**
   * A broker on a fresh directory, not started yet.
   *
   * @param heapMb the heap instead of the one that it ships with
   */
  BrokerUnderTest create(Installation installation, Path directory, OptionalInt heapMb)
      throws IOException, InterruptedException {
    return switch (this) {
      case MYELIN -> MyelinBroker.create(installation, directory, heapMb);
      case KAFKA -> KafkaBroker.create(installation, directory, heapMb);
    };
  }

  /** Three brokers on a fresh directory, not started yet. */
  ClusterUnderTest createCluster(Installation installation, Path directory)
      throws IOException, InterruptedException {
    return switch (this) {
      case MYELIN -> MyelinCluster.create(installation, directory);
      case KAFKA -> KafkaCluster.create(installation, directory);
    };
  }
}
