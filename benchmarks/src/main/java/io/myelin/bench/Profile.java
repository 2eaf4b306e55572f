package io.myelin.bench;

import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The kinds of load.
 *
 * @param title for people
 * @param topic what it is produced to
 * @param replicas more than one: on a cluster
 */
record Profile(
    String name,
    String title,
    String topic,
    int recordBytes,
    int batchBytes,
    int lingerMs,
    int replicas) {
  /** Two for each of three brokers to lead. */
  private static final int REPLICATED_PARTITIONS = 6;

  static final Profile KIB = new Profile("1k", "1 KiB records", "kib", 1024, 64 * 1024, 5, 1);
  static final Profile SMALL = new Profile("100b", "100 B records", "small", 100, 16 * 1024, 0, 1);
  static final Profile REPLICATED =
      new Profile("rf3", "1 KiB records to three replicas", "rf3", 1024, 64 * 1024, 5, 3);

  long records(Volumes volumes) {
    return recordBytes == KIB.recordBytes ? volumes.kibRecords() : volumes.smallRecords();
  }

  NewTopic replicatedTopic() {
    return new NewTopic(topic, REPLICATED_PARTITIONS, (short) replicas)
        .configs(Map.of("min.insync.replicas", "2"));
  }

  PerfTools.Load fullSpeed(long records, long warmupRecords) {
    return new PerfTools.Load(topic, records, warmupRecords, recordBytes, batchBytes, lingerMs, 0);
  }

  PerfTools.Load atRate(double recordsPerSecond, int seconds) {
    long records = Math.round(recordsPerSecond * seconds);
    // The tool's own first fifth is its compiler's.
    return new PerfTools.Load(
        topic, records, records / 5, recordBytes, batchBytes, lingerMs, recordsPerSecond);
  }
}
