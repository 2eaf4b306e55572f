package io.myelin.bench;

import java.io.IOException;
import java.util.List;

/** What load is put on: one broker, or a cluster. Closing kills it and deletes its data. */
interface Target extends AutoCloseable {

  /** {@code host:port} of its Kafka listeners, with commas between. */
  String bootstrap();

  /** The processes that carry records. */
  List<Long> brokerPids() throws IOException;

  /** The processes that do not: controllers, and what they keep their metadata in. */
  List<Long> otherPids() throws IOException;

  @Override
  void close();
}
