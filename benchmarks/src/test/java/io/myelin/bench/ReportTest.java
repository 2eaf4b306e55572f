package io.myelin.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Machine MACHINE = new Machine(2, 25, "Linux", "Java");

  @Test
  void figuresThatAreSavedAndReadBackAreTheSameReport() throws Exception {
    Report report = report("build-1");
    report.pairs().begin(new ConsumeScenario());
    report.pairs().add(Metric.CONSUME_CPU, 1.5, 3);
    report.pairs().add(Metric.CONSUME_CPU, 2, 2.5);
    report.pairs().note("Kafka: consume: other processes used 0.3 cores meanwhile");
    report.peaks().put("1k", 76_916.0);

    Report read = JsonReport.parse(JsonReport.render(report));

    assertEquals(JsonReport.render(report), JsonReport.render(read));
    assertEquals(MarkdownReport.render(report), MarkdownReport.render(read));
    assertEquals(2, read.pairs().begin(new ConsumeScenario()));
  }

  @Test
  void figuresOfAnotherBuildAreNotAppended() {
    assertThrows(
        IllegalStateException.class,
        () -> report("build-1").requireSameConditions(report("build-2")));
  }

  private static Report report(String build) {
    return new Report(
        MACHINE,
        build,
        false,
        new ArrayList<>(List.of(new Report.Run("2026-11-28T00:00:00Z", 0.5))),
        new TreeMap<>(),
        new Pairs("Myelin", "Kafka"));
  }
}
