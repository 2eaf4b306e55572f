package io.myelin.broker.config;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which settings somebody obeys: those that the sources name where they are read. */
final class ObeyedKeys {
  /** They define, convert and check settings, obeyed or not. */
  private static final Set<String> ABOUT_ALL =
      Set.of(
          "BrokerDefinitions.java",
          "BrokerRules.java",
          "ConfigChecks.java",
          "GroupBounds.java",
          "GroupDefinitions.java",
          "MyelinDefinitions.java",
          "TopicDefinitions.java",
          "TopicSynonyms.java");

  private static final Pattern NAME = Pattern.compile("\"([a-z0-9]+(?:\\.[a-z0-9]+)*)\"");

  private final Set<String> named;

  private ObeyedKeys(Set<String> named) {
    this.named = named;
  }

  static ObeyedKeys inTheSources() {
    return new ObeyedKeys(
        Stream.of("services", "libs")
            .flatMap(folder -> sources(Path.of("../..", folder)))
            .flatMap(ObeyedKeys::names)
            .collect(toSet()));
  }

  private static Stream<Path> sources(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().contains("/src/main/java/"))
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !ABOUT_ALL.contains(file.getFileName().toString()))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> names(Path file) {
    try {
      return NAME.matcher(Files.readString(file)).results().map(ObeyedKeys::unquoted);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String unquoted(MatchResult match) {
    return match.group(1);
  }

  /** A broker's may be obeyed as the default of a topic's. */
  boolean isObeyed(String name) {
    return named.contains(name)
        || TopicDefinitions.ALL.keySet().stream()
            .filter(named::contains)
            .flatMap(topic -> TopicSynonyms.behind(topic).stream())
            .anyMatch(synonym -> synonym.broker().equals(name));
  }
}
