package io.myelin.containers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * One process of the cluster in its container. What it prints is in a file of its name, for whoever
 * looks for what went wrong.
 */
final class Node {
  private static final Path LOGS = Path.of(System.getProperty("logs.dir"));

  /** They start all at once: 10 s on two cores that nobody else uses. */
  private static final Duration START_MAX = Duration.ofMinutes(2);

  private final String name;
  private final int number;
  private final GenericContainer<?> container;
  private final Set<Wire> unplugged = new LinkedHashSet<>();

  /**
   * @param number what its addresses end with
   * @param ready says when it has started
   */
  Node(
      String name,
      int number,
      String image,
      Map<String, String> environment,
      WaitStrategy ready,
      String... words) {
    this.name = name;
    this.number = number;
    this.container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withImagePullPolicy(missing -> false)
            .withEnv(environment)
            .withCommand(words)
            .withLogConsumer(this::log)
            .waitingFor(ready.withStartupTimeout(START_MAX));
  }

  String name() {
    return name;
  }

  GenericContainer<?> container() {
    return container;
  }

  String addressOn(Wire wire) {
    return wire.address(number);
  }

  Node startingOn(Wire wire) {
    wire.plugFromTheStart(container, number);
    return this;
  }

  void plugInto(Wire wire) {
    wire.plug(container, number);
    unplugged.remove(wire);
  }

  void unplugFrom(Wire wire) {
    wire.unplug(container);
    unplugged.add(wire);
  }

  /** Plugs it into whatever it was unplugged from. */
  void mend() {
    List.copyOf(unplugged).forEach(this::plugInto);
  }

  /** What is in a file of the container's. */
  byte[] file(String path) {
    return container.copyFileFromContainer(path, InputStream::readAllBytes);
  }

  private void log(OutputFrame frame) {
    try {
      Files.createDirectories(LOGS);
      Files.writeString(
          LOGS.resolve(name + ".log"),
          frame.getUtf8String(),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
