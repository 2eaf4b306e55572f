package io.myelin.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "produce",
    mixinStandardHelpOptions = true,
    description = "Sends records: each line of standard input, or what the options say.",
    footer = {
      "",
      "myelin produce orders --value 'first' --value 'second'",
      "myelin produce orders --key-separator : < lines.txt",
      "myelin produce orders --key picture --header type=png --file picture.png"
    })
final class ProduceCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private Target target;
  @Mixin private Format format;

  @Parameters(paramLabel = "TOPIC")
  private String topic;

  @Option(
      names = {"-v", "--value"},
      description = "A record's value; as often as there are records.")
  private List<String> values = List.of();

  @Option(
      names = {"-f", "--file"},
      description = "A file whose whole content is one record's value.")
  private List<Path> files = List.of();

  @Option(
      names = {"-k", "--key"},
      description = "The key of every record.")
  private String key;

  @Option(
      names = {"-K", "--key-separator"},
      paramLabel = "TEXT",
      description = "What stands between key and value in a line or --value.")
  private String separator;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME=VALUE",
      description = "A header of every record.")
  private Map<String, String> headers = Map.of();

  @Option(
      names = {"-p", "--partition"},
      description = "Where to; chosen by the key by default.")
  private Integer partition;

  @Option(
      names = "--null",
      paramLabel = "TEXT",
      description = "What stands for no value, a tombstone.")
  private String nullMarker;

  @Option(
      names = {"-z", "--compression"},
      defaultValue = "none",
      description = "none, gzip, snappy, lz4 or zstd (${DEFAULT-VALUE}).")
  private String compression;

  @Option(names = "--acks", defaultValue = "all", description = "0, 1 or all (${DEFAULT-VALUE}).")
  private String acks;

  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final List<Header> recordHeaders = new ArrayList<>();
  private long sent;
  private long bytes;

  ProduceCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    headers.forEach((name, value) -> recordHeaders.add(new RecordHeader(name, utf8(value))));
    long startNs = shell.monotonicNs();
    try (Producer<byte[], byte[]> producer = shell.producer(target, settings());
        ProgressBar progress = new ProgressBar(shell, "records", values.size() + files.size())) {
      for (String value : values) {
        sendLine(producer, progress, value);
      }
      for (Path file : files) {
        send(producer, progress, key == null ? null : utf8(key), Files.readAllBytes(file));
      }
      if (values.isEmpty() && files.isEmpty()) {
        sendLines(producer, progress);
      }
      producer.flush();
    }
    if (failure.get() != null) {
      UserError error = Errors.explain(failure.get(), "topic '" + topic + "'");
      throw new UserError(
          "%s (%d of %d records were acknowledged)"
              .formatted(error.getMessage(), acknowledged.get(), sent));
    }
    report((shell.monotonicNs() - startNs) / 1e9);
    return 0;
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    int timeoutMs = target.timeoutSeconds() * 1_000;
    settings.put("acks", acks);
    settings.put("compression.type", compression);
    settings.put("enable.idempotence", acks.equals("all"));
    // Somebody who types a line wants it sent; a file fills batches anyway.
    settings.put("linger.ms", 5);
    settings.put("max.block.ms", timeoutMs);
    settings.put("delivery.timeout.ms", 2 * timeoutMs);
    return settings;
  }

  private void sendLines(Producer<byte[], byte[]> producer, ProgressBar progress)
      throws IOException {
    boolean asks = shell.inIsTerminal();
    if (asks) {
      shell.err().println("One record per line; Ctrl-D ends.");
    }
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(shell.in(), StandardCharsets.UTF_8));
    for (String line = prompt(lines, asks); line != null; line = prompt(lines, asks)) {
      sendLine(producer, progress, line);
    }
  }

  private String prompt(BufferedReader lines, boolean asks) throws IOException {
    if (asks) {
      shell.err().print("> ");
      shell.err().flush();
    }
    return failure.get() != null ? null : lines.readLine();
  }

  private void sendLine(Producer<byte[], byte[]> producer, ProgressBar progress, String line) {
    String lineKey = key;
    String value = line;
    if (separator != null) {
      int at = line.indexOf(separator);
      if (at < 0) {
        throw new UserError(
            "'%s' has no '%s' between key and value; leave out --key-separator for values only."
                .formatted(line, separator));
      }
      lineKey = line.substring(0, at);
      value = line.substring(at + separator.length());
    }
    send(
        producer,
        progress,
        lineKey == null ? null : utf8(lineKey),
        value.equals(nullMarker) ? null : utf8(value));
  }

  private void send(
      Producer<byte[], byte[]> producer, ProgressBar progress, byte[] recordKey, byte[] value) {
    producer.send(
        new ProducerRecord<>(topic, partition, recordKey, value, recordHeaders),
        (metadata, error) -> {
          if (error != null) {
            failure.compareAndSet(null, error);
          } else {
            acknowledged.incrementAndGet();
          }
        });
    sent++;
    bytes += (recordKey == null ? 0 : recordKey.length) + (value == null ? 0 : value.length);
    progress.at(acknowledged.get());
  }

  private void report(double seconds) {
    if (format.isJson()) {
      ObjectNode json = Json.object();
      json.put("topic", topic).put("records", sent).put("bytes", bytes).put("seconds", seconds);
      shell.out().println(Json.pretty(json));
    } else {
      // Not on standard output: pipes carry data, people read this.
      shell
          .err()
          .println(String.format(Locale.ROOT, "%,d records to %s in %.1f s", sent, topic, seconds));
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
