package io.myelin.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The same for scripts. */
final class JsonReport {
  private JsonReport() {}

  static String render(Pairs pairs, Machine machine) throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = json.createObjectNode();
    root.set("machine", json.valueToTree(machine));
    root.put("a", pairs.titleA()).put("b", pairs.titleB());
    for (Pairs.Row row : pairs.rows()) {
      ObjectNode metric = root.withObjectProperty("metrics").putObject(row.metric().key());
      metric.put("title", row.metric().title());
      metric.put("unit", row.metric().unit());
      metric.put("bar", row.metric().bar().describe());
      metric.put("met", row.isMet());
      metric.put("pairs", row.pairs());
      metric.set("a", json.valueToTree(row.a()));
      metric.set("b", json.valueToTree(row.b()));
      metric.set("ratio", json.valueToTree(row.ratio()));
    }
    pairs.notes().forEach(root.putArray("notes")::add);
    return json.writeValueAsString(root);
  }
}
