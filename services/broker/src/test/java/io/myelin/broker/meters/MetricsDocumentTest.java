package io.myelin.broker.meters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsDocumentTest {
  private static final Path DOCUMENT = Path.of("../../docs/metrics.md");

  @Test
  void theDocumentSaysWhatTheTableSays() throws IOException {
    String expected = render();
    Path rendered = Path.of("target/metrics.md");
    Files.createDirectories(rendered.getParent());
    Files.writeString(rendered, expected);

    assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
        .as("docs/metrics.md; services/broker/target/metrics.md is the new one")
        .isEqualTo(expected);
  }

  private static String render() {
    return """
        # Metrics

        This page is made from `io.myelin.broker.meters.KafkaMeter`; a test compares.

        `GET /q/metrics` answers in Prometheus' text format. Names are those that Kafka's meters have behind the Prometheus
        JMX exporter with its rules for Kafka, so that dashboards made for Kafka find them; what Kafka does not have begins
        with `myelin_`.

        - An API has meters from its first request on; `request` is its name, such as `Produce`.
        - An empty `topic` stands for all topics together; besides, the first %d topics have their own.
        - Of a summary there are `_count`, `_sum` and `_max` (the largest of the last minutes), and quantiles where it says so.
        - Quarkus adds the process and the JVM: `process_cpu_usage`, `process_files_open_files`, `jvm_memory_used_bytes`,
          `jvm_gc_pause_seconds` and more.
        - Brokers and controllers say of the cluster what they know of it: a controller that is not the active one knows
          nothing, and says 0.

        | name | kind | labels | of | |
        |---|---|---|---|---|
        %s"""
        .formatted(
            TopicMeters.TOPICS_MAX,
            Arrays.stream(KafkaMeter.values())
                .map(MetricsDocumentTest::row)
                .collect(Collectors.joining()));
  }

  private static String row(KafkaMeter meter) {
    String name = meter.meter().replace('.', '_');
    return "| `%s` | %s | %s | %s | %s |%n"
        .formatted(
            meter.kind() == KafkaMeter.Kind.COUNTER ? name + "_total" : name,
            kind(meter.kind()),
            labels(meter.labels()),
            of(meter),
            meter.description());
  }

  private static String of(KafkaMeter meter) {
    if (KafkaMeter.ONLY_CONTROLLERS.contains(meter)) {
      return "controllers";
    }
    return KafkaMeter.OF_BOTH.contains(meter) ? "both" : "brokers";
  }

  private static String kind(KafkaMeter.Kind kind) {
    return switch (kind) {
      case COUNTER -> "counter";
      case GAUGE -> "gauge";
      case SUMMARY -> "summary";
      case SUMMARY_WITH_QUANTILES -> "summary, with quantiles";
    };
  }

  private static String labels(List<String> labels) {
    return labels.stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
  }
}
