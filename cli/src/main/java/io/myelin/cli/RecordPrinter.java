package io.myelin.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** One record as text: by a template, or as one line of JSON. */
interface RecordPrinter {
  void print(ConsumerRecord<byte[], byte[]> record, OutputStream out) throws IOException;

  /**
   * %t topic, %p partition, %o offset, %T timestamp in ms, %d the same as a date, %k key, %v value,
   * %h headers, %% a percent sign; \n and \t as in C. Keys and values go out byte for byte.
   */
  static RecordPrinter template(String template) {
    check(template);
    return (record, out) -> {
      for (int i = 0; i < template.length(); i++) {
        char c = template.charAt(i);
        if (c == '%') {
          field(template.charAt(++i), record, out);
        } else if (c == '\\' && i + 1 < template.length()) {
          text(escape(template.charAt(++i)), out);
        } else {
          text(String.valueOf(c), out);
        }
      }
      out.write('\n');
    };
  }

  private static void check(String template) {
    for (int i = template.indexOf('%'); i >= 0; i = template.indexOf('%', i + 2)) {
      if (i + 1 == template.length() || "tpoTdkvh%".indexOf(template.charAt(i + 1)) < 0) {
        throw new UserError(
            "--format '"
                + template
                + "': after a % comes one of t p o T d k v h %. An example: '%p:%o %k = %v'");
      }
    }
  }

  private static String escape(char c) {
    return switch (c) {
      case 'n' -> "\n";
      case 't' -> "\t";
      default -> String.valueOf(c);
    };
  }

  private static void field(char field, ConsumerRecord<byte[], byte[]> record, OutputStream out)
      throws IOException {
    switch (field) {
      case 't' -> text(record.topic(), out);
      case 'p' -> text(Integer.toString(record.partition()), out);
      case 'o' -> text(Long.toString(record.offset()), out);
      case 'T' -> text(Long.toString(record.timestamp()), out);
      case 'd' -> text(Instant.ofEpochMilli(record.timestamp()).toString(), out);
      case 'k' -> bytes(record.key(), out);
      case 'v' -> bytes(record.value(), out);
      case 'h' -> headers(record, out);
      default -> text("%", out);
    }
  }

  private static void headers(ConsumerRecord<byte[], byte[]> record, OutputStream out)
      throws IOException {
    String gap = "";
    for (Header header : record.headers()) {
      text(gap + header.key() + "=", out);
      bytes(header.value(), out);
      gap = ",";
    }
  }

  private static void text(String text, OutputStream out) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(byte[] bytes, OutputStream out) throws IOException {
    if (bytes == null) {
      text("null", out);
    } else {
      out.write(bytes);
    }
  }

  /** What is not UTF-8 goes into a field named ...Base64 instead. */
  static RecordPrinter json() {
    return (record, out) -> {
      ObjectNode json =
          Json.object()
              .put("topic", record.topic())
              .put("partition", record.partition())
              .put("offset", record.offset())
              .put("timestamp", record.timestamp());
      put(json, "key", record.key());
      put(json, "value", record.value());
      ArrayNode headers = json.putArray("headers");
      for (Header header : record.headers()) {
        put(headers.addObject().put("name", header.key()), "value", header.value());
      }
      text(Json.line(json) + "\n", out);
    };
  }

  private static void put(ObjectNode json, String field, byte[] bytes) {
    if (bytes == null) {
      json.putNull(field);
      return;
    }
    try {
      json.put(
          field, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      json.put(field + "Base64", Base64.getEncoder().encodeToString(bytes));
    }
  }
}
