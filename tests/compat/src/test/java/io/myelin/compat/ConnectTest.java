package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka Connect's standalone worker with its file source and sink, in a process of its own. */
final class ConnectTest {
  private static final Path LIBRARIES = Path.of(System.getProperty("connect.dir"));

  @TempDir Path temp;

  @Test
  void theSameLinesComeOutOfTheSinkAsWentIntoTheSource() throws Exception {
    assertThat(LIBRARIES).as("built by the module tests/compat/connect").isNotEmptyDirectory();
    Path in = temp.resolve("in.txt");
    Path out = temp.resolve("out.txt");
    try (MyelinProcess myelin = MyelinProcess.start(temp.resolve("data"))) {
      write(in, 0, 1000);
      List<String> words = worker(myelin, in, out);
      try (Background worker = Background.start(temp, "connect", words)) {
        worker.until(() -> lines(out).size() >= 1000, "the first lines");
        write(in, 1000, 1500);
        worker.until(() -> lines(out).size() >= 1500, "lines that were appended");
        worker.stop();
      }
      write(in, 1500, 2000);
      try (Background worker = Background.start(temp, "connect", words)) {
        worker.until(() -> lines(out).size() >= 2000, "lines after the worker's restart");
        worker.stop();
      }
    }
    assertThat(lines(out)).containsExactlyElementsOf(lines(in));
  }

  private List<String> worker(MyelinProcess myelin, Path in, Path out) throws IOException {
    Path settings =
        file(
            "worker.properties",
            """
            bootstrap.servers=%s
            key.converter=org.apache.kafka.connect.json.JsonConverter
            value.converter=org.apache.kafka.connect.json.JsonConverter
            offset.storage.file.filename=%s
            offset.flush.interval.ms=1000
            listeners=http://127.0.0.1:0
            plugin.path=%s
            plugin.discovery=service_load
            """
                .formatted(
                    myelin.bootstrap(),
                    temp.resolve("offsets"),
                    LIBRARIES.resolve("connect-file-4.3.1.jar")));
    Path source =
        file(
            "source.properties",
            """
            name=local-file-source
            connector.class=FileStreamSource
            tasks.max=1
            file=%s
            topic=connect-test
            """
                .formatted(in));
    Path sink =
        file(
            "sink.properties",
            """
            name=local-file-sink
            connector.class=FileStreamSink
            tasks.max=1
            file=%s
            topics=connect-test
            """
                .formatted(out));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        LIBRARIES + "/*",
        "org.apache.kafka.connect.cli.ConnectStandalone",
        settings.toString(),
        source.toString(),
        sink.toString());
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(temp.resolve(name), text);
  }

  private static void write(Path file, int from, int to) throws IOException {
    Files.write(
        file,
        IntStream.range(from, to).mapToObj(i -> "line " + i + " of the file").toList(),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
