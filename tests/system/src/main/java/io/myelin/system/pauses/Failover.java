package io.myelin.system.pauses;

import io.myelin.system.cluster.ClusterUnderTest;
import io.myelin.system.load.Troubles;
import io.myelin.system.pauses.Pauses.Row;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Does one thing after another to a cluster under a steady load, and measures how long the load
 * waits each time. Confined to one thread.
 */
public final class Failover implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TOPIC = "pauses";
  private static final String GAP = "longest gap between acknowledgements";
  private static final String CONTROLLER_KILLED = "kill -9 of the active controller";

  // A second of acknowledgements at their pace: steady before the fault, and after it.
  private static final int STEADY = (int) (1000 / SteadyWriter.INTERVAL.toMillis());

  private final ClusterUnderTest cluster;
  private final Pauses pauses = new Pauses();
  private final AckTimes acknowledged = new AckTimes();
  private final Troubles troubles = new Troubles();
  private final Operator operator;
  private final SteadyWriter writer;
  private final SteadyReader reader;
  private String only = "";
  private int topicsMade;
  private long errorsInRestarts;

  /** Something done to a process, or undone. */
  private interface Harm {
    void run(String process) throws IOException, InterruptedException;
  }

  /** Makes a topic on a cluster that runs, and begins to write and to read. */
  public Failover(ClusterUnderTest cluster) throws InterruptedException {
    this.cluster = cluster;
    this.operator = new Operator(cluster);
    operator.makeTopic(TOPIC);
    this.writer = new SteadyWriter(cluster.bootstrap(), TOPIC, acknowledged, troubles);
    this.reader = new SteadyReader(cluster.bootstrap(), TOPIC, troubles);
  }

  /**
   * Measures each thing that can be done to this cluster, one after the other, several times.
   *
   * @param named only what has this in its name
   */
  public void measure(int times, String named) throws IOException, InterruptedException {
    only = named;
    for (int i = 0; i < times; i++) {
      measure(new Row("nothing", GAP, ""), "", process -> {}, process -> {});
      if (cluster.replicationFactor() > 1) {
        measureCluster();
      } else {
        measure(new Row("kill -9", GAP, ""), operator.leader(TOPIC), cluster::kill, cluster::start);
        measure(
            new Row("an orderly stop", GAP, ""),
            operator.leader(TOPIC),
            cluster::stop,
            cluster::start);
      }
    }
    if (errorsInRestarts > 0) {
      throw new IllegalStateException(
          errorsInRestarts + " errors reached the writer or the reader during rolling restarts");
    }
  }

  private void measureCluster() throws IOException, InterruptedException {
    measure(
        new Row("kill -9 of the leading broker", GAP, "median 1000, max 2000"),
        operator.leader(TOPIC),
        cluster::kill,
        cluster::start);
    measure(
        new Row("kill -9 of a following broker", GAP, "median 1000, max 2000"),
        operator.follower(TOPIC),
        cluster::kill,
        cluster::start);
    measure(
        new Row("SIGSTOP of the leading broker", GAP, "max 3000"),
        operator.leader(TOPIC),
        cluster::freeze,
        cluster::thaw);
    measure(
        new Row(CONTROLLER_KILLED, GAP, "that of nothing + 100"),
        operator.activeController(),
        this::killController,
        cluster::start);
    measure(
        new Row("a rolling restart of all brokers", GAP, "max 1000"),
        "",
        all -> restartBrokers(),
        all -> {});
  }

  private void measure(Row row, String process, Harm harm, Harm repair)
      throws IOException, InterruptedException {
    if (!row.fault().contains(only)) {
      return;
    }
    acknowledged.await(STEADY, System.nanoTime(), PATIENCE);
    long fromNs = System.nanoTime();
    harm.run(process);
    if (cluster.replicationFactor() > 1) {
      acknowledged.await(STEADY, System.nanoTime(), PATIENCE); // others took over
      pauses.add(row, acknowledged.longestGap(fromNs));
      repair.run(process);
      operator.awaitInSync(TOPIC);
    } else {
      repair.run(process);
      acknowledged.await(STEADY, System.nanoTime(), PATIENCE);
      pauses.add(row, acknowledged.longestGap(fromNs));
    }
  }

  private void killController(String controller) throws IOException, InterruptedException {
    long killedNs = System.nanoTime();
    cluster.kill(controller);
    operator.makeTopic(TOPIC + "-" + topicsMade++);
    pauses.add(
        new Row(CONTROLLER_KILLED, "until a topic could be made", "median 2000, max 4000"),
        Duration.ofNanos(System.nanoTime() - killedNs));
  }

  private void restartBrokers() throws IOException, InterruptedException {
    long before = troubles.total();
    for (int id : operator.brokers()) {
      String process = cluster.brokerProcess(id);
      long fromNs = System.nanoTime();
      cluster.stop(process);
      pauses.add(
          new Row("an orderly stop of one of them", GAP, "max 200"),
          acknowledged.longestGap(fromNs));
      cluster.start(process);
      operator.awaitInSync(TOPIC);
    }
    errorsInRestarts += troubles.total() - before;
  }

  /**
   * How far the metadata's revision moves while clients work and nobody changes metadata; -1 where
   * there is none to be seen.
   */
  public long revisionsDuring(Duration length) throws IOException, InterruptedException {
    acknowledged.await(STEADY, System.nanoTime(), PATIENCE);
    if (cluster.metadataRevision().isEmpty()) {
      return -1;
    }
    long before = cluster.metadataRevision().getAsLong();
    boolean _ = new CountDownLatch(1).await(length.toMillis(), TimeUnit.MILLISECONDS);
    acknowledged.await(STEADY, System.nanoTime(), PATIENCE);
    return cluster.metadataRevision().getAsLong() - before;
  }

  /** What was measured so far. */
  public Pauses pauses() {
    return pauses;
  }

  /** Errors that reached the writer or the reader. */
  public Troubles errors() {
    return troubles;
  }

  /** Of {@link #errors}, how many came during rolling restarts. */
  public long errorsInRestarts() {
    return errorsInRestarts;
  }

  @Override
  public void close() throws InterruptedException {
    writer.close();
    reader.close();
    operator.close();
  }
}
