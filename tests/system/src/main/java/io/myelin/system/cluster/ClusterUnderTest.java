package io.myelin.system.cluster;

import io.myelin.system.history.Promises;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A running Myelin, of one process or many, to which one can do harm. Each method returns when what
 * it does is done: a killed process is gone, a started one serves or has said that it does.
 * Confined to one thread at a time. {@link #close} ends every process, whatever state it is in.
 */
public interface ClusterUnderTest extends AutoCloseable {

  /** Starts it, on an empty directory or on what {@link #stop} and {@link #kill} left. */
  void start() throws IOException, InterruptedException;

  /** Where clients begin: through the links, if there are any. */
  String bootstrap();

  /** The names of all processes: {@code broker-1}, {@code controller-2}, {@code etcd-1}. */
  List<String> processes();

  /** The name of the process that is Kafka's node {@code id} to its clients. */
  String brokerProcess(int id);

  /** Connections that can be cut. */
  List<Link> links();

  /** Disks that can be filled, each named as the process that has it. */
  List<SmallDisk> disks();

  Promises promises();

  /** For topics whose acks=all is to survive whatever is done to one process. */
  short replicationFactor();

  /** As {@link #replicationFactor}. */
  Map<String, String> topicConfigs();

  /** The revision of a metadata store that can be looked into. */
  OptionalLong metadataRevision() throws IOException, InterruptedException;

  /** {@code kill -9}. */
  void kill(String process) throws IOException, InterruptedException;

  /** SIGSTOP. */
  void freeze(String process) throws IOException, InterruptedException;

  /** SIGCONT. */
  void thaw(String process) throws IOException, InterruptedException;

  /** An orderly stop. */
  void stop(String process) throws IOException, InterruptedException;

  /** After {@link #kill} or {@link #stop}. */
  void start(String process) throws IOException, InterruptedException;

  @Override
  void close() throws IOException, InterruptedException;
}
