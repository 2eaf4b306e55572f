package io.myelin.broker.config;

import io.myelin.metadata.ClusterImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;

/** Which log directories get no new partitions: cordoned.log.dirs (KIP-1066). Stateless. */
public record Cordon(BrokerConfigs configs) {
  private static final String CORDONED = "cordoned.log.dirs";
  private static final String ALL = "*";

  /** Absolute paths. */
  public Set<Path> directories(ClusterImage image) {
    List<String> named = list(configs.value(image, CORDONED));
    List<String> cordoned =
        named.equals(List.of(ALL)) ? logDirs(name -> configs.value(image, name)) : named;
    return cordoned.stream()
        .map(directory -> Path.of(directory).toAbsolutePath().normalize())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * @throws ConfigException if a directory is cordoned that there is not
   */
  static void check(UnaryOperator<String> settings) {
    List<String> named = list(settings.apply(CORDONED));
    List<String> known = logDirs(settings);
    for (String directory : named) {
      if (!known.contains(directory) && !named.equals(List.of(ALL))) {
        throw new ConfigException(
            "Invalid entry in %s: %s. All cordoned log dirs must be entries of log.dirs or log.dir."
                .formatted(CORDONED, directory));
      }
    }
  }

  private static List<String> logDirs(UnaryOperator<String> settings) {
    List<String> several = list(settings.apply("log.dirs"));
    return several.isEmpty() ? list(settings.apply("log.dir")) : several;
  }

  private static List<String> list(String text) {
    return text == null
        ? List.of()
        : Arrays.stream(text.split(",")).map(String::trim).filter(one -> !one.isEmpty()).toList();
  }
}
