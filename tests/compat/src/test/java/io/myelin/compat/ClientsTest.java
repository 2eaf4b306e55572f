package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real clients against a real process. The programs they need are installed by {@code bin/myelin
 * test}.
 */
final class ClientsTest {
  private static final Path SOURCES = MyelinProcess.home().resolve("tests/compat/src/main");

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
  @ValueSource(strings = {"4.3.1", "3.9.1", "2.8.2"})
  void kafkaClientsOfEveryAgeDoWhatApplicationsDo(String version) throws IOException {
    String classPath =
        String.join(
            ":", clientJar(version).toString(), classesOfThisModule(), librariesOfTheClassPath());
    Command scenario =
        Command.run(
            temp,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.security.manager=disallow",
            "-cp",
            classPath,
            "io.myelin.compat.ClientScenario",
            myelin.bootstrap(),
            "java-" + version);
    assertThat(scenario.output()).endsWith("OK\n");
    assertThat(scenario.exitCode()).isZero();
  }

  @Test
  void kafkaPythonDoesWhatApplicationsDo() {
    Command scenario =
        Command.run(
            temp,
            tool("MYELIN_TEST_PYTHON"),
            SOURCES.resolve("python/scenario.py").toString(),
            myelin.bootstrap(),
            "python");
    assertThat(scenario.output()).endsWith("OK\n");
    assertThat(scenario.exitCode()).isZero();
  }

  @Test
  void kafkajsDoesWhatApplicationsDo() throws IOException {
    // Node looks for packages beside the script, not where it is started.
    Path script = temp.resolve("scenario.js");
    Files.copy(SOURCES.resolve("node/scenario.js"), script);
    Files.createSymbolicLink(
        temp.resolve("node_modules"), Path.of(tool("MYELIN_TEST_NODE_MODULES")));
    Command scenario =
        Command.run(temp, "node", script.toString(), myelin.bootstrap(), "javascript");
    assertThat(scenario.output()).endsWith("OK\n");
    assertThat(scenario.exitCode()).isZero();
  }

  private static String tool(String variable) {
    String value = System.getenv(variable);
    assertThat(value).as(variable + ", which bin/myelin test sets").isNotNull();
    return value;
  }

  private static Path clientJar(String version) {
    return Path.of(System.getProperty("clients.dir"), "kafka-clients-" + version + ".jar");
  }

  private static String classesOfThisModule() {
    return MyelinProcess.home().resolve("tests/compat/target/classes").toString();
  }

  /** Compression and logging libraries are compatible across the clients' versions. */
  private static String librariesOfTheClassPath() {
    List<String> libraries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      if (entry.matches(".*/(zstd-jni|lz4-java|snappy-java|slf4j-api|slf4j-nop)[^/]*\\.jar")) {
        libraries.add(entry);
      }
    }
    return String.join(":", libraries);
  }
}
