package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code bin/myelin}, as a person and as a script use them. */
final class CommandLineTest {
  private static final String NOBODY = "127.0.0.1:1";
  private static final String MYELIN = MyelinProcess.home().resolve("bin/myelin").toString();

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

  @Test
  void topicsAreCreatedListedDescribedGrownAndDeleted() {
    done("topics", "create", "orders", "--partitions", "2", "--config", "retention.ms=60000");
    assertThat(done("topics", "list")).contains("TOPIC", "orders");
    assertThat(done("topics", "list", "--output", "json"))
        .contains("\"name\" : \"orders\"", "\"partitions\" : 2");
    done("topics", "partitions", "add", "orders", "3");
    assertThat(done("topics", "describe", "orders")).contains("retention.ms", "60000");
    assertThat(done("topics", "describe", "orders", "--output", "json"))
        .contains("\"retention.ms\" : \"60000\"", "\"partition\" : 4");
    done("topics", "delete", "orders", "--yes");
    assertThat(done("topics", "list")).doesNotContain("orders");
  }

  @Test
  void recordsAreProducedAndConsumedByAGroupWhichIsResetAndDeleted() {
    done("topics", "create", "events");
    run(0, "a:one\nb:two\nc:three\n", "produce", "events", "--key-separator", ":");
    assertThat(done("consume", "events", "--from-beginning", "--format", "%k=%v"))
        .isEqualTo("a=one\nb=two\nc=three\n");
    assertThat(done("consume", "events", "--last", "1", "--output", "json"))
        .contains("\"key\":\"c\"", "\"value\":\"three\"", "\"offset\":2");

    String[] byGroup = {"consume", "events", "--from-beginning", "--group", "readers", "--count"};
    assertThat(done(with(byGroup, "2"))).isEqualTo("one\ntwo\n");
    assertThat(done(with(byGroup, "1"))).isEqualTo("three\n");
    assertThat(done("groups", "list")).contains("readers");
    assertThat(done("groups", "describe", "readers", "--output", "json"))
        .contains("\"lag\" : 0", "\"committedOffset\" : 3");
    done("groups", "reset", "readers", "--topic", "events", "--to", "earliest", "--execute");
    assertThat(done(with(byGroup, "3"))).isEqualTo("one\ntwo\nthree\n");
    done("groups", "delete", "readers", "--yes");
    assertThat(done("groups", "list")).doesNotContain("readers");
  }

  @Test
  void configsAreSetShownAndUnset() {
    done("topics", "create", "tuned");
    done("configs", "set", "topic", "tuned", "max.message.bytes=2000");
    assertThat(done("configs", "get", "topic", "tuned")).contains("max.message.bytes", "2000");
    assertThat(done("configs", "get", "topic", "tuned", "--output", "json"))
        .contains("\"key\" : \"max.message.bytes\"", "\"value\" : \"2000\"");
    done("configs", "unset", "topic", "tuned", "max.message.bytes");
    assertThat(done("configs", "get", "topic", "tuned")).doesNotContain("2000");
  }

  @Test
  void errorsSayWhatToDoNext() {
    assertThat(run(1, "", "topics", "describe", "nothing")).contains("'nothing'", "topics list");
    assertThat(run(1, "", "consume", "nothing", "--from-beginning"))
        .contains("'nothing'", "topics list");
    assertThat(run(2, "", "topics", "list", "--colour")).contains("--colour");
    Command unreachable = command("", NOBODY, List.of("topics", "list", "--timeout", "3"));
    assertThat(unreachable.exitCode()).isEqualTo(1);
    assertThat(unreachable.output()).contains(NOBODY, "bin/myelin up").doesNotContain("\tat ");
  }

  @Test
  void tablesHaveColoursOnATerminalThatWantsThemAndNowhereElse() {
    done("topics", "create", "coloured");

    assertThat(onATerminal("TERM=xterm")).contains("\u001b[1mTOPIC", "coloured");
    assertThat(onATerminal("TERM=xterm", "NO_COLOR=1"))
        .contains("TOPIC", "coloured")
        .doesNotContain("\u001b");
    assertThat(onATerminal("TERM=dumb")).contains("TOPIC").doesNotContain("\u001b");
    assertThat(done("topics", "list")).contains("TOPIC").doesNotContain("\u001b");
  }

  /** What {@code topics list} prints to a terminal of its own. */
  private static String onATerminal(String... environment) {
    String spawn =
        "import os, pty, sys;" + " sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    List<String> words = new ArrayList<>(List.of("python3", "-c", spawn, "env", "-u", "NO_COLOR"));
    words.addAll(List.of(environment));
    words.addAll(List.of(MYELIN, "topics", "list", "--bootstrap", myelin.bootstrap()));
    Command listed = Command.run(temp, "", words);
    assertThat(listed.exitCode()).as(listed.output()).isZero();
    return listed.output();
  }

  @Test
  void bashCompletesWhatTheCompletionScriptTellsIt() {
    assertThat(completed("myelin", "top")).isEqualTo("topics");
    assertThat(completed("myelin", "topics", "de").split(" "))
        .containsExactlyInAnyOrder("describe", "delete");
    assertThat(completed("myelin", "up", "--data")).isEqualTo("--data-dir");
  }

  /** What bash makes of the last of {@code typed}, as after a Tab. */
  private static String completed(String... typed) {
    String script =
        """
        source <("$1" completion bash) || exit
        [ "$(complete -p myelin)" = "complete -o default -F _complete_myelin myelin" ] || exit
        compopt() { :; } # refuses whoever is not called by a Tab
        COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
        _complete_myelin
        echo "${COMPREPLY[*]}"
        """;
    List<String> words = new ArrayList<>(List.of("bash", "-c", script, "bash", MYELIN));
    words.addAll(List.of(typed));
    Command completion = Command.run(temp, "", words);
    assertThat(completion.exitCode()).as(completion.output()).isZero();
    return completion.output().strip();
  }

  private static String done(String... words) {
    return run(0, "", words);
  }

  private static String run(int exitCode, String input, String... words) {
    Command command = command(input, myelin.bootstrap(), List.of(words));
    assertThat(command.exitCode()).as(command.output()).isEqualTo(exitCode);
    return command.output();
  }

  private static Command command(String input, String bootstrap, List<String> words) {
    List<String> all = new ArrayList<>();
    all.add(MYELIN);
    all.addAll(words);
    all.addAll(List.of("--bootstrap", bootstrap));
    return Command.run(temp, input, all);
  }

  private static String[] with(String[] words, String last) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add(last);
    return all.toArray(String[]::new);
  }
}
