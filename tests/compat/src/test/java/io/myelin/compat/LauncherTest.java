package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When {@code bin/myelin} builds anew: its own functions, in a small checkout. */
final class LauncherTest {
  private static final FileTime BEFORE = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
  private static final FileTime BUILT = FileTime.from(Instant.parse("2026-01-02T00:00:00Z"));
  private static final FileTime AFTER = FileTime.from(Instant.parse("2026-01-03T00:00:00Z"));
  private static final String STAMP = ".myelin/app/stamp";
  private static final String SOURCE = "libs/env/src/main/java/Clock.java";
  private static final List<String> FILES =
      List.of(
          "pom.xml",
          ".mvn/maven.config",
          "libs/env/pom.xml",
          "libs/env/README.md",
          SOURCE,
          "libs/env/src/test/java/ClockTest.java",
          "libs/env/target/classes/Clock.class",
          "services/standalone/src/main/resources/application.properties",
          "cli/src/main/java/Main.java",
          "docs/STYLE.md",
          STAMP);

  @TempDir Path root;

  @BeforeEach
  void checkOutAndBuild() throws IOException {
    for (String file : FILES) {
      Files.createDirectories(root.resolve(file).getParent());
      Files.writeString(root.resolve(file), file);
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : all.toList()) {
        Files.setLastModifiedTime(each, BEFORE);
      }
    }
    change(STAMP, BUILT);
  }

  private void change(String file, FileTime when) throws IOException {
    Files.setLastModifiedTime(root.resolve(file), when);
  }

  @Test
  void whatWasNeverBuiltIs() throws IOException {
    Files.delete(root.resolve(STAMP));

    assertThat(decision()).isEqualTo("build\n");
  }

  @Test
  void whatHasNotChangedSinceIsNot() {
    assertThat(decision()).isEqualTo("keep\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pom.xml",
        ".mvn/maven.config",
        "libs/env/pom.xml",
        SOURCE,
        "services/standalone/src/main/resources/application.properties",
        "cli/src/main/java/Main.java"
      })
  void aSourceThatChangedSinceIsBuilt(String file) throws IOException {
    change(file, AFTER);

    assertThat(decision()).isEqualTo("build\n");
  }

  @Test
  void aSourceThatIsGoneIsNoticed() throws IOException {
    Files.delete(root.resolve(SOURCE));

    assertThat(decision()).isEqualTo("build\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "libs/env/src/test/java/ClockTest.java",
        "libs/env/target/classes/Clock.class",
        "libs/env/README.md",
        "docs/STYLE.md"
      })
  void whatIsNotInTheBuildDoesNotMatter(String file) throws IOException {
    change(file, AFTER);

    assertThat(decision()).isEqualTo("keep\n");
  }

  private String decision() {
    return run("sources_changed && echo build || echo keep");
  }

  @Test
  void aChangeIsBuiltOnce() throws IOException {
    change(SOURCE, AFTER);

    String printed =
        run(
            """
            build_app() { echo built; touch "$WORK/app/stamp"; echo 1 >"$WORK/app/current"; }
            ensure_cache() { echo "runs ${APP##*/}"; }
            ensure_app
            ensure_app
            """);

    assertThat(printed).isEqualTo("built\nruns 1\nruns 1\n");
  }

  /** With the functions that build, none of which has run. */
  private String run(String commands) {
    Command command =
        Command.run(
            root,
            "bash",
            "-c",
            "ROOT=$1 WORK=$1/.myelin; . \"$2/common.sh\"; . \"$2/app.sh\"\n" + commands,
            "bash",
            root.toString(),
            MyelinProcess.home().resolve("bin/lib").toString());
    assertThat(command.exitCode()).as(command.output()).isZero();
    return command.output();
  }
}
