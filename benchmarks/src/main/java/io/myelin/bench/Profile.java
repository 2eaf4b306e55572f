package io.myelin.bench;

/**
 * The two kinds of load.
 *
 * @param title for people
 * @param topic what it is produced to
 */
record Profile(
    String name, String title, String topic, int recordBytes, int batchBytes, int lingerMs) {

  static final Profile KIB = new Profile("1k", "1 KiB records", "kib", 1024, 64 * 1024, 5);
  static final Profile SMALL = new Profile("100b", "100 B records", "small", 100, 16 * 1024, 0);

  long records(Volumes volumes) {
    return this == KIB ? volumes.kibRecords() : volumes.smallRecords();
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
