package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/myelin up} with two log directories, and with one of them lost. */
final class SeveralDirectoriesTest {
  /** The smallest segments that there are: a second large record begins another one. */
  private static final String SETTINGS =
      """
      listeners=PLAINTEXT://127.0.0.1:%d
      log.dirs=%s,%s
      log.segment.bytes=1048576
      """;

  private static final String LARGE = "large".repeat(120_000);
  private static final List<String> TOPICS = List.of("one", "two", "three", "four");

  @TempDir Path temp;
  private Path first;
  private Path second;

  @BeforeEach
  void name() {
    first = temp.resolve("first");
    second = temp.resolve("second");
  }

  private MyelinProcess start() throws IOException {
    return MyelinProcess.start(first, port -> SETTINGS.formatted(port, first, second));
  }

  @Test
  void bothDirectoriesKeepTheirPartitionsOverARestartAndAKill() throws Exception {
    try (MyelinProcess myelin = start()) {
      produce(myelin, "before");
      Set<String> inFirst = partitionsIn(first);
      Set<String> inSecond = partitionsIn(second);
      assertThat(inFirst).hasSize(2);
      assertThat(inSecond).hasSize(2).doesNotContainAnyElementsOf(inFirst);

      myelin.stop();
      for (Path directory : List.of(first, second)) {
        assertThat(directory.resolve(".kafka_cleanshutdown")).exists();
      }
      myelin.start();
      assertConsumed(myelin, List.of("before"));
      produce(myelin, "between");

      myelin.kill();
      myelin.start();
      assertConsumed(myelin, List.of("before", "between"));
      produce(myelin, "after");
      assertConsumed(myelin, List.of("before", "between", "after"));
      assertThat(partitionsIn(first)).isEqualTo(inFirst);
      assertThat(partitionsIn(second)).isEqualTo(inSecond);
    }
  }

  @Test
  void aDirectoryThatIsLostTakesItsPartitionsOfflineAndNoOthers() throws Exception {
    try (MyelinProcess myelin = start()) {
      Kcat kcat = new Kcat(temp, myelin);
      assertThat(kcat.produced("one", "small")).isTrue();
      assertThat(kcat.produced("two", "small")).isTrue();
      String lost = partitionsIn(second).contains("one-0") ? "one" : "two";
      String left = lost.equals("one") ? "two" : "one";
      assertThat(partitionsIn(first)).containsExactly(left + "-0");

      Path elsewhere = Files.move(second, temp.resolve("elsewhere"));
      List<String> stored = new ArrayList<>(List.of("small"));
      while (kcat.produced(lost, LARGE)) {
        stored.add(LARGE);
        assertThat(stored).as("until there is no room for it in the open file").hasSizeLessThan(3);
      }

      assertThat(Files.readString(myelin.log())).contains(lost + "-0 is offline");
      assertThat(kcat.produced(left, LARGE)).isTrue();
      assertThat(kcat.produced(left, LARGE)).isTrue();
      assertThat(kcat.consumed(left)).containsExactly("small", LARGE, LARGE);

      Files.move(elsewhere, second);
      myelin.kill();
      myelin.start();
      assertThat(kcat.consumed(lost)).isEqualTo(stored);
      assertThat(kcat.produced(lost, "again")).isTrue();
      assertThat(kcat.consumed(left)).containsExactly("small", LARGE, LARGE);
    }
  }

  /** Going on without it would make its partitions anew in the other one. */
  @Test
  void aDirectoryThatCannotBeUsedAtTheStartStopsItAndNothingIsMadeAnew() throws Exception {
    try (MyelinProcess myelin = start()) {
      produce(myelin, "before");
      myelin.stop();
      Set<String> inFirst = partitionsIn(first);
      Path elsewhere = Files.move(second, temp.resolve("elsewhere"));
      Files.writeString(second, "no directory");

      Command refused =
          Command.run(
              temp,
              MyelinProcess.home().resolve("bin/myelin").toString(),
              "up",
              "--config",
              temp.resolve("server.properties").toString(),
              "--http",
              "127.0.0.1:0");

      assertThat(refused.exitCode()).as(refused.output()).isNotZero();
      assertThat(refused.output()).contains("the data directory " + second + " is a file");
      assertThat(refused.output().lines()).hasSize(1);
      assertThat(partitionsIn(first)).isEqualTo(inFirst);
      Files.delete(second);
      Files.move(elsewhere, second);
      myelin.start();
      assertConsumed(myelin, List.of("before"));
    }
  }

  private void produce(MyelinProcess myelin, String line) {
    for (String topic : TOPICS) {
      assertThat(new Kcat(temp, myelin).produced(topic, line)).as(topic).isTrue();
    }
  }

  private void assertConsumed(MyelinProcess myelin, List<String> lines) {
    for (String topic : TOPICS) {
      assertThat(new Kcat(temp, myelin).consumed(topic)).as(topic).isEqualTo(lines);
    }
  }

  private static Set<String> partitionsIn(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> Files.exists(entry.resolve("partition.metadata")))
          .map(entry -> entry.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
