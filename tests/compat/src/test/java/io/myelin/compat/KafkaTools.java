package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Apache Kafka's own tools, as {@code bin/kafka-*.sh} run them. Each call returns what the tool
 * printed, and fails if the tool did.
 *
 * @param directory where they are run
 */
record KafkaTools(Path directory, String bootstrap) {
  static final Path BIN = MyelinProcess.home().resolve("bin");

  String run(String tool, String... arguments) {
    return feed("", tool, arguments);
  }

  /** As {@link #run}, with something to read. */
  String feed(String input, String tool, String... arguments) {
    return succeed(input, tool, List.of("--bootstrap-server", bootstrap), List.of(arguments));
  }

  /** Of those tools that want to know what to do before they want to know where. */
  String runCommand(String tool, String command) {
    return succeed("", tool, List.of(command), List.of("--bootstrap-server", bootstrap));
  }

  private String succeed(String input, String tool, List<String> first, List<String> more) {
    List<String> words = new ArrayList<>(List.of(BIN.resolve(tool).toString()));
    words.addAll(first);
    words.addAll(more);
    Command command = Command.run(directory, input, words);
    assertThat(command.exitCode()).as(command.output()).isZero();
    return command.output();
  }
}
