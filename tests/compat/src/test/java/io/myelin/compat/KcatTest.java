package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kcat, and with it librdkafka, against a real process. */
final class KcatTest {
  @TempDir static Path temp;
  private static MyelinProcess myelin;

  @BeforeAll
  static void start() throws IOException {
    myelin = MyelinProcess.start(temp.resolve("data"));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    myelin.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void readsWhatItWrote(String codec) {
    List<String> lines =
        IntStream.range(0, 500)
            .mapToObj(i -> "key-%d|value %d with %s".formatted(i, i, codec.repeat(20)))
            .toList();
    produce("codec-" + codec, lines, "-z", codec, "-X", "acks=all", "-H", "source=kcat");

    assertThat(consume("codec-" + codec, "%k|%s %h\n"))
        .containsExactlyElementsOf(lines.stream().map(line -> line + " source=kcat").toList());
  }

  @Test
  void tellsNullsFromEmptyKeysAndValues() {
    List<String> lines = List.of("key|value", "|no key", "no value|", "|");
    produce("nulls", lines, "-Z");
    produce("nulls", lines);

    // Lengths of key and value: -1 is null.
    assertThat(consume("nulls", "%K:%k %S:%s\n"))
        .containsExactly(
            "3:key 5:value",
            "-1: 6:no key",
            "8:no value -1:",
            "-1: -1:",
            "3:key 5:value",
            "0: 6:no key",
            "8:no value 0:",
            "0: 0:");
    assertThat(consume("nulls", "%k %s\n", "-Z", "-c", "4"))
        .containsExactly("key value", "NULL no key", "no value NULL", "NULL NULL");
  }

  @Test
  void seeksByTimestamp() {
    for (String run : List.of("first", "second", "third")) {
      produce("times", lines(run, 50));
    }
    List<String> all = consume("times", "%T %s\n");
    long from = timestampOf(all.get(50));
    long to = timestampOf(all.get(100));
    assertThat(timestampOf(all.get(49))).isLessThan(from);
    assertThat(timestampOf(all.get(99))).isLessThan(to);

    assertThat(consume("times", "%T %s\n", "-o", "s@" + from))
        .containsExactlyElementsOf(all.subList(50, 150));
    assertThat(consume("times", "%T %s\n", "-o", "s@" + from, "-o", "e@" + to))
        .containsExactlyElementsOf(all.subList(50, 100));
  }

  private static long timestampOf(String line) {
    return Long.parseLong(line.substring(0, line.indexOf(' ')));
  }

  @Test
  void membersOfAGroupShareItsPartitionsAsTheyComeAndGo() throws Exception {
    createTopic("shared", 4);
    produce("shared", lines("one", 100));
    try (Background first = member("first")) {
      first.until(() -> received("first") == 100, "the first 100 records");
      try (Background second = member("second")) {
        second.until(() -> assigned("second").contains("shared ["), "partitions of the second");
        first.until(() -> assigned("first").split("shared \\[").length == 3, "its half");
        produce("shared", lines("two", 100));
        second.until(() -> received("first") + received("second") == 200, "200 records");
        assertThat(received("second")).isPositive();
        second.stop();
      }
      first.until(() -> assigned("first").split("shared \\[").length == 5, "all four partitions");
      produce("shared", lines("three", 100));
      first.until(() -> received("first") + received("second") == 300, "300 records");
    }
    assertThat(Stream.concat(records("first"), records("second")))
        .as("each once")
        .containsExactlyInAnyOrderElementsOf(
            Stream.of("one", "two", "three").flatMap(run -> lines(run, 100).stream()).toList());
  }

  private static Background member(String name) throws IOException {
    return Background.start(
        temp,
        name,
        List.of(
            "kcat",
            "-b",
            myelin.bootstrap(),
            "-u",
            "-f",
            "record %k|%s\n",
            "-X",
            "auto.offset.reset=earliest",
            "-G",
            "sharing",
            "shared"));
  }

  private static long received(String member) {
    return records(member).count();
  }

  private static Stream<String> records(String member) {
    return output(member)
        .filter(line -> line.startsWith("record "))
        .map(line -> line.substring("record ".length()));
  }

  /** What kcat said last about the partitions that {@code member} has; empty if nothing. */
  private static String assigned(String member) {
    return output(member)
        .filter(line -> line.startsWith("% Group sharing rebalanced"))
        .reduce("", (before, line) -> line);
  }

  private static Stream<String> output(String member) {
    try {
      return Files.readAllLines(temp.resolve(member + ".out")).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(String run, int count) {
    return IntStream.range(0, count).mapToObj(i -> "%s-%d|value %d".formatted(run, i, i)).toList();
  }

  private static void createTopic(String topic, int partitions) {
    Command created =
        Command.run(
            temp,
            MyelinProcess.home().resolve("bin/kafka-topics.sh").toString(),
            "--create",
            "--topic",
            topic,
            "--partitions",
            Integer.toString(partitions),
            "--bootstrap-server",
            myelin.bootstrap());
    assertThat(created.exitCode()).as(created.output()).isZero();
  }

  /** One record per line, KEY|VALUE. */
  private static void produce(String topic, List<String> lines, String... options) {
    Command produced =
        Command.run(
            temp,
            String.join("\n", lines) + "\n",
            words(List.of("-P", "-b", myelin.bootstrap(), "-t", topic, "-K", "|"), options));
    assertThat(produced.exitCode()).as(produced.output()).isZero();
  }

  /** What is there, one line per record. */
  private static List<String> consume(String topic, String format, String... options) {
    Command consumed =
        Command.run(
            temp,
            "",
            words(
                List.of("-C", "-q", "-e", "-b", myelin.bootstrap(), "-t", topic, "-f", format),
                options));
    assertThat(consumed.exitCode()).as(consumed.output()).isZero();
    return consumed.output().lines().toList();
  }

  private static List<String> words(List<String> first, String... more) {
    List<String> words = new ArrayList<>(List.of("kcat"));
    words.addAll(first);
    words.addAll(Arrays.asList(more));
    return words;
  }
}
