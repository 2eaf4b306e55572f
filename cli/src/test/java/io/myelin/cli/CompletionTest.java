package io.myelin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Completion knows what bin/myelin does: its help and its source are what is compared. */
class CompletionTest {
  private final FakeShell shell = new FakeShell();

  private static String launcher() throws IOException {
    return Files.readString(Path.of("../bin/myelin"));
  }

  private static String section(String text, String from, String to) {
    int start = text.indexOf(from) + from.length();
    return text.substring(start, text.indexOf(to, start));
  }

  /** The words that complete {@code path}, such as "myelin_bench". */
  private List<String> subcommands(String path) {
    assertThat(shell.run("completion", "bash")).isZero();
    String function = section(shell.output(), "function _picocli_" + path + "() {", "\n}\n");
    return Arrays.asList(section(function, "local commands=\"", "\"").split(" "));
  }

  private String options(String path) {
    assertThat(shell.run("completion", "bash")).isZero();
    return section(shell.output(), "function _picocli_" + path + "() {", "\n}\n");
  }

  @Test
  void everyCommandOfTheLaunchersHelpIsCompleted() throws IOException {
    String help = section(launcher(), "<<'X'\n", "\nX\n");
    List<String> documented =
        Pattern.compile("(?m)^ {2}bin/myelin ([a-z]+(?: \\| [a-z]+)*)")
            .matcher(help)
            .results()
            .flatMap(line -> Arrays.stream(line.group(1).split(" \\| ")))
            .toList();

    assertThat(documented).contains("up", "topics", "configs", "sim");
    assertThat(subcommands("myelin")).containsAll(documented);
  }

  @Test
  void everyCommandThatTheLauncherTakesIsCompletedAndNoOther() throws IOException {
    String cases = section(launcher(), "case \"$command\" in", "\nesac");
    List<String> taken =
        Pattern.compile("(?m)^ {2}([a-z]+(?: \\| [-a-z]+)*)\\)")
            .matcher(cases)
            .results()
            .flatMap(line -> Arrays.stream(line.group(1).split(" \\| ")))
            .filter(name -> !name.startsWith("-"))
            .toList();

    assertThat(subcommands("myelin")).containsExactlyInAnyOrderElementsOf(taken);
  }

  @Test
  void whatFollowsACommandIsCompletedToo() {
    assertThat(subcommands("myelin_bench")).containsExactly("peer", "controller", "jmh");
    assertThat(subcommands("myelin_metadata")).containsExactly("export", "import");
    assertThat(subcommands("myelin_cluster"))
        .containsExactly("up", "configure", "down", "start", "stop", "status");
    assertThat(subcommands("myelin_system")).containsExactly("check", "failover");
    assertThat(options("myelin_up")).contains("--data-dir", "--advertise", "--config");
    assertThat(options("myelin_cluster_up")).contains("--dir", "--brokers", "--kafka-base-port");
  }
}
