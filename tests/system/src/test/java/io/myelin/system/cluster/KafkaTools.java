package io.myelin.system.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Apache Kafka's own tools against a cluster.
 *
 * @param home the checkout whose {@code bin} they are in
 */
record KafkaTools(Path home, String bootstrap) {

  /**
   * Returns what it printed.
   *
   * @throws IOException if it failed; the message has what it printed
   */
  String run(String tool, String... arguments) throws IOException, InterruptedException {
    return feed("", tool, arguments);
  }

  /** As {@link #run}, with something to read. */
  String feed(String input, String tool, String... arguments)
      throws IOException, InterruptedException {
    List<String> where = List.of(path(tool), "--bootstrap-server", bootstrap);
    return Command.feed(
        input, Stream.concat(where.stream(), Stream.of(arguments)).toArray(String[]::new));
  }

  /** Of those tools that want to know what to do before they want to know where. */
  String runCommand(String tool, String command, String... arguments)
      throws IOException, InterruptedException {
    List<String> words = List.of(path(tool), command, "--bootstrap-server", bootstrap);
    return Command.run(Stream.concat(words.stream(), Stream.of(arguments)).toArray(String[]::new));
  }

  private String path(String tool) {
    return home.resolve("bin").resolve(tool).toString();
  }
}
