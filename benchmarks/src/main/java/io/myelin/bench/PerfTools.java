package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Kafka's own performance tools, each run in a process of its own, and what they print. */
final class PerfTools {
  private static final String TOOLS = "org.apache.kafka.tools.";
  private static final Pattern PRODUCED =
      Pattern.compile(
          "(\\d+)[a-z ]* records sent, ([\\d.]+) records/sec \\(([\\d.]+) MB/sec\\), "
              + "([\\d.]+) ms avg latency, ([\\d.]+) ms max latency, (\\d+) ms 50th, "
              + "(\\d+) ms 95th, (\\d+) ms 99th, (\\d+) ms 99.9th");
  private static final Pattern BATCH =
      Pattern.compile("producer-metrics:batch-size-avg:\\{[^}]*} *: ([\\d.]+)");
  private static final Pattern PERCENTILES =
      Pattern.compile("Percentiles: 50th = (\\d+), 99th = (\\d+)");

  private final Installation installation;

  PerfTools(Installation installation) {
    this.installation = installation;
  }

  /**
   * @param recordsPerSecond 0 means as fast as it goes
   * @param warmupRecords left out of rate and percentiles
   */
  record Load(
      String topic,
      long records,
      long warmupRecords,
      int recordBytes,
      int batchBytes,
      int lingerMs,
      double recordsPerSecond) {

    double gigabytes() {
      return records * (double) recordBytes / 1e9;
    }
  }

  /**
   * @param mbPerSecond in units of 1,000,000 bytes of record values
   */
  record Produced(double recordsPerSecond, double mbPerSecond, double p99Ms, double batchBytes) {}

  record Consumed(long records, double bytes, double mbPerSecond) {}

  Produced produce(Target target, Load load) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--bootstrap-server",
                target.bootstrap(),
                "--topic",
                load.topic(),
                "--num-records",
                Long.toString(load.records()),
                "--record-size",
                Integer.toString(load.recordBytes()),
                "--throughput",
                load.recordsPerSecond() == 0
                    ? "-1"
                    : String.format(Locale.ROOT, "%.0f", load.recordsPerSecond()),
                "--print-metrics",
                "--command-property",
                "acks=all",
                "batch.size=" + load.batchBytes(),
                "linger.ms=" + load.lingerMs()));
    if (load.warmupRecords() > 0) {
      arguments.addAll(List.of("--warmup-records", Long.toString(load.warmupRecords())));
    }
    String output = run("ProducerPerformance", arguments);
    List<MatchResult> results = PRODUCED.matcher(output).results().toList();
    Matcher batch = BATCH.matcher(output);
    if (results.isEmpty() || !batch.find() || output.contains("Exception")) {
      throw new IOException("the producer's tool did not finish its work:\n" + output);
    }
    MatchResult last = results.getLast();
    double rate = Double.parseDouble(last.group(2));
    return new Produced(
        rate,
        rate * load.recordBytes() / 1e6,
        Double.parseDouble(last.group(8)),
        Double.parseDouble(batch.group(1)));
  }

  Consumed consume(BrokerUnderTest broker, String topic, long records)
      throws IOException, InterruptedException {
    String output =
        run(
            "ConsumerPerformance",
            List.of(
                "--bootstrap-server",
                broker.bootstrap(),
                "--topic",
                topic,
                "--num-records",
                Long.toString(records),
                "--hide-header"));
    for (String line : output.lines().toList()) {
      String[] fields = line.split(", *");
      if (fields.length == 10) {
        long consumed = Long.parseLong(fields[4].trim());
        if (consumed < records) {
          throw new IOException(
              "consumed only %d of %d records:%n%s".formatted(consumed, records, output));
        }
        double bytes = Double.parseDouble(fields[2]) * 1024 * 1024;
        // Fetch time, without the wait for the group.
        return new Consumed(consumed, bytes, bytes / 1e6 / (Double.parseDouble(fields[7]) / 1e3));
      }
    }
    throw new IOException("the consumer's tool did not finish its work:\n" + output);
  }

  /** The 99th percentile in whole milliseconds, rounded down by the tool. */
  double endToEndP99Ms(BrokerUnderTest broker, String topic, int messages, int messageBytes)
      throws IOException, InterruptedException {
    String output =
        run(
            "EndToEndLatency",
            List.of(
                broker.bootstrap(),
                topic,
                Integer.toString(messages),
                "all",
                Integer.toString(messageBytes)));
    Matcher percentiles = PERCENTILES.matcher(output);
    if (!percentiles.find()) {
      throw new IOException("the latency tool did not finish its work:\n" + output);
    }
    return Double.parseDouble(percentiles.group(2));
  }

  private String run(String tool, List<String> arguments) throws IOException, InterruptedException {
    Path logging = installation.archives().resolve("log4j2.properties");
    if (!Files.exists(logging)) {
      Files.createDirectories(installation.archives());
      Files.writeString(logging, "rootLogger.level=ERROR\n");
    }
    List<String> command = new ArrayList<>();
    command.add(installation.java().toString());
    command.add("-Xmx512M");
    command.addAll(Installation.KAFKA_JVM_FLAGS);
    command.add("-XX:+AutoCreateSharedArchive");
    command.add("-XX:SharedArchiveFile=" + installation.archives().resolve(tool + ".jsa"));
    command.add("-Xlog:cds=off");
    command.add("-Xlog:aot=off");
    command.add("-Dlog4j2.configurationFile=" + logging);
    command.addAll(List.of("-cp", installation.kafkaJars() + "/*", TOOLS + tool));
    command.addAll(arguments);
    return Subprocess.run(command, Map.of()).requireSuccess(tool).output();
  }
}
