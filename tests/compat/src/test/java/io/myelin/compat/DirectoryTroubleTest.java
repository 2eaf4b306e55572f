package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data directories that are not as they should be. */
final class DirectoryTroubleTest {
  @TempDir Path temp;

  @Test
  void aDataDirectoryWithoutPermissionIsRefusedInOneLineAndLeftAsItIs() throws IOException {
    Path data = Files.createDirectory(temp.resolve("data"));
    Files.writeString(data.resolve("precious"), "mine");
    permit(data, "r-x------");

    assertThat(refusal(bound(), data)).contains("no permission", data.toString(), "--data-dir");
    try (Stream<Path> left = Files.list(data)) {
      assertThat(left).containsExactly(data.resolve("precious"));
    }
  }

  @Test
  void aPartitionWithoutPermissionIsOfflineUntilItHasItAndTheOthersAreServed() throws Exception {
    try (MyelinProcess myelin = MyelinProcess.start(bound(), temp.resolve("data"))) {
      assertThat(produced(myelin, "locked", "one")).isTrue();
      assertThat(produced(myelin, "open", "one")).isTrue();
      Path folder = folder("locked-0");
      myelin.stop();
      permit(folder, "---------");
      myelin.start();

      assertThat(produced(myelin, "open", "two")).isTrue();
      assertThat(produced(myelin, "locked", "lost")).isFalse();
      assertThat(Files.readString(myelin.log()))
          .contains("locked-0 is offline: no permission for " + folder);

      permit(folder, "rwx------");
      until(() -> produced(myelin, "locked", "two"));
      assertThat(consumed(myelin, "locked")).containsExactly("one", "two");
      assertThat(consumed(myelin, "open")).containsExactly("one", "two");
    }
  }

  @Test
  void aDirectoryThatAnotherProcessHoldsIsRefusedInOneLineAndTheOtherGoesOn() throws Exception {
    Path data = temp.resolve("data");
    try (MyelinProcess first = MyelinProcess.start(data)) {
      assertThat(produced(first, "events", "one")).isTrue();

      assertThat(refusal(List.of(), data)).contains(data.toString(), "another process");

      assertThat(produced(first, "events", "two")).isTrue();
      assertThat(consumed(first, "events")).containsExactly("one", "two");
    }
  }

  @Test
  void indexesFullOfGarbageLoseNothing() throws Exception {
    try (MyelinProcess myelin = MyelinProcess.start(temp.resolve("data"))) {
      for (int i = 0; i < 10; i++) {
        assertThat(produced(myelin, "events", ("run " + i + " ").repeat(1000))).isTrue();
      }
      List<String> all = consumed(myelin, "events");
      assertThat(all).hasSize(10);
      List<String> times = consumed(myelin, "events", "-f", "%T\n");
      myelin.stop();
      for (String suffix : List.of(".index", ".timeindex")) {
        Path index = folder("events-0").resolve("00000000000000000000" + suffix);
        byte[] garbage = Files.readAllBytes(index);
        assertThat(garbage).as(suffix).isNotEmpty();
        new Random(7).nextBytes(garbage);
        Files.write(index, garbage);
      }
      myelin.start();

      assertThat(consumed(myelin, "events")).isEqualTo(all);
      for (int i = 0; i < 10; i++) {
        assertThat(consumed(myelin, "events", "-o", "s@" + times.get(i)))
            .as("from the timestamp of record %d", i)
            .isEqualTo(all.subList(times.indexOf(times.get(i)), 10));
      }
    }
  }

  /** What a start that is refused says, in one line. */
  private String refusal(List<String> launcher, Path data) {
    List<String> words = new ArrayList<>(launcher);
    words.addAll(
        List.of(
            MyelinProcess.home().resolve("bin/myelin").toString(),
            "up",
            "--data-dir",
            data.toString(),
            "--kafka",
            "127.0.0.1:0",
            "--http",
            "127.0.0.1:0"));
    Command refused = Command.run(temp, "", words);
    assertThat(refused.exitCode()).as(refused.output()).isNotZero();
    assertThat(refused.output().lines()).hasSize(1);
    return refused.output();
  }

  /**
   * Takes from root what lets it ignore permissions; others never had it. In front of the command
   * that is to be bound by them.
   */
  private static List<String> bound() {
    return System.getProperty("user.name").equals("root")
        ? List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search")
        : List.of();
  }

  private static void permit(Path directory, String permissions) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
  }

  private Path folder(String name) throws IOException {
    try (Stream<Path> files = Files.walk(temp.resolve("data"))) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }

  private boolean produced(MyelinProcess myelin, String topic, String line) {
    return new Kcat(temp, myelin).produced(topic, line);
  }

  private List<String> consumed(MyelinProcess myelin, String topic, String... options) {
    return new Kcat(temp, myelin).consumed(topic, options);
  }

  /** Each attempt waits for its timeout. */
  private static void until(BooleanSupplier condition) {
    for (int attempts = 20; !condition.getAsBoolean(); attempts--) {
      assertThat(attempts).as("waited in vain").isPositive();
    }
  }
}
