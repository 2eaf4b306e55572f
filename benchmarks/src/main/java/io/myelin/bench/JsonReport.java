package io.myelin.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** The same for scripts, and what a later run appends to. */
final class JsonReport {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JsonReport() {}

  static String render(Report report) throws JsonProcessingException {
    Pairs pairs = report.pairs();
    ObjectNode root = JSON.createObjectNode();
    root.set("machine", JSON.valueToTree(report.machine()));
    root.put("build", report.build()).put("quick", report.quick());
    root.set("runs", JSON.valueToTree(report.runs()));
    root.set("peaks", JSON.valueToTree(new TreeMap<>(report.peaks())));
    root.put("a", pairs.titleA()).put("b", pairs.titleB());
    root.set("begun", JSON.valueToTree(pairs.begun()));
    ObjectNode metrics = root.putObject("metrics");
    for (Pairs.Row row : pairs.rows()) {
      ObjectNode metric = metrics.putObject(row.metric().key());
      metric.put("title", row.metric().title());
      metric.put("unit", row.metric().unit());
      metric.put("bar", row.metric().bar().describe());
      metric.put("met", row.isMet());
      metric.set("samples", JSON.valueToTree(pairs.samples(row.metric())));
      metric.set("a", JSON.valueToTree(row.a()));
      metric.set("b", JSON.valueToTree(row.b()));
      metric.set("ratio", JSON.valueToTree(row.ratio()));
    }
    pairs.remarks().forEach(root.putArray("notes")::add);
    return JSON.writeValueAsString(root) + "\n";
  }

  static Report parse(String text) throws JsonProcessingException {
    JsonNode root = JSON.readTree(text);
    Pairs pairs = new Pairs(root.get("a").asText(), root.get("b").asText());
    root.get("begun")
        .properties()
        .forEach(each -> pairs.begun().put(each.getKey(), each.getValue().asInt()));
    for (var metric : root.get("metrics").properties()) {
      String name = metric.getKey().replace('-', '_').toUpperCase(Locale.ROOT);
      for (JsonNode sample : metric.getValue().get("samples")) {
        pairs.add(Metric.valueOf(name), sample.get(0).asDouble(), sample.get(1).asDouble());
      }
    }
    root.get("notes").forEach(note -> pairs.note(note.asText()));
    List<Report.Run> runs = new ArrayList<>();
    for (JsonNode run : root.get("runs")) {
      runs.add(JSON.treeToValue(run, Report.Run.class));
    }
    TreeMap<String, Double> peaks = new TreeMap<>();
    root.get("peaks")
        .properties()
        .forEach(each -> peaks.put(each.getKey(), each.getValue().asDouble()));
    return new Report(
        JSON.treeToValue(root.get("machine"), Machine.class),
        root.get("build").asText(),
        root.get("quick").asBoolean(),
        runs,
        peaks,
        pairs);
  }
}
