package io.myelin.standalone;

import static java.util.stream.Collectors.joining;

import io.myelin.broker.config.ListenerList;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Reads the settings: a later source wins, file, environment, flags. Pure but for the file named by
 * {@code --config}.
 *
 * <p>A flag {@code --data-dir X} is {@code MYELIN_DATA_DIR=X} in the environment; any key of the
 * file, say {@code log.retention.ms}, is {@code MYELIN_CONF_LOG_RETENTION_MS} there. In the file
 * the flags have Kafka's names: {@code log.dirs}, {@code listeners}, {@code advertised.listeners},
 * and {@code myelin.http.listener}.
 */
public final class SettingsReader {
  /** Stands in the file for {@code --http}. */
  public static final String HTTP_KEY = "myelin.http.listener";

  static final String USAGE =
      """
      Starts Myelin in the foreground; Ctrl-C stops it.

        --data-dir DIR[,DIR]   where everything is kept   (MYELIN_DATA_DIR; default %s)
        --kafka HOST:PORT      where Kafka clients connect (MYELIN_KAFKA; default localhost:9092)
        --advertise HOST:PORT  what clients are told to connect to, if not --kafka (MYELIN_ADVERTISE)
        --http HOST:PORT       health, metrics, log levels (MYELIN_HTTP; default localhost:8080)
        --config FILE          a properties file with Kafka's broker keys and ours (MYELIN_CONFIG)
      """;

  private static final String KEY_PREFIX = "MYELIN_CONF_";

  private final Map<String, String> environment;
  private final Path defaultDataDir;

  public SettingsReader(Map<String, String> environment, Path defaultDataDir) {
    this.environment = environment;
    this.defaultDataDir = defaultDataDir;
  }

  /** What {@code --help} prints. */
  public String usage() {
    return USAGE.formatted(defaultDataDir);
  }

  /**
   * @throws StartException that names the flag or key that is wrong
   */
  public Settings read(String... args) {
    Map<Flag, String> flags = Flag.parse(args);
    Map<String, String> config = new HashMap<>();
    value(flags, Flag.CONFIG).ifPresent(file -> load(Path.of(file), config));
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(KEY_PREFIX)) {
            String key = name.substring(KEY_PREFIX.length());
            config.put(key.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    boolean moved = value(flags, Flag.KAFKA).isPresent();
    HostPort kafka =
        value(flags, Flag.KAFKA)
            .map(given -> HostPort.parse(given, Flag.KAFKA.text()))
            .or(() -> ofClients(config, Flag.KAFKA))
            .orElse(new HostPort("localhost", 9092));
    HostPort advertised =
        value(flags, Flag.ADVERTISE)
            .map(given -> HostPort.parse(given, Flag.ADVERTISE.text()))
            .or(() -> moved ? Optional.empty() : ofClients(config, Flag.ADVERTISE))
            .orElse(kafka);
    return new Settings(
        logDirs(flags, config),
        kafka,
        advertised.isEveryInterface() ? new HostPort("localhost", advertised.port()) : advertised,
        http(flags, config),
        config);
  }

  private List<Path> logDirs(Map<Flag, String> flags, Map<String, String> config) {
    Optional<String> given = value(flags, Flag.DATA_DIR);
    if (given.isEmpty()) {
      given = Optional.ofNullable(config.getOrDefault("log.dirs", config.get("log.dir")));
    }
    return Arrays.stream(given.orElse(defaultDataDir.toString()).split(","))
        .map(directory -> Path.of(directory.strip()).toAbsolutePath().normalize())
        .distinct()
        .toList();
  }

  private HostPort http(Map<Flag, String> flags, Map<String, String> config) {
    return value(flags, Flag.HTTP)
        .map(given -> HostPort.parse(given, Flag.HTTP.text()))
        .orElseGet(() -> HostPort.parse(config.getOrDefault(HTTP_KEY, "localhost:8080"), HTTP_KEY));
  }

  /** Where the file has clients connect; empty: it does not say. */
  private static Optional<HostPort> ofClients(Map<String, String> config, Flag flag) {
    String key = flag.key();
    List<ListenerList.Named> clients =
        ListenerList.of(config.getOrDefault(key, ""), config).clients();
    if (clients.size() > 1) {
      throw new StartException(
          "%s names %d listeners for clients, %s, and Myelin has only one so far; leave one of them in the file, or start with %s HOST:PORT, which stands before the file"
              .formatted(
                  key,
                  clients.size(),
                  clients.stream().map(Object::toString).collect(joining(", ")),
                  flag.text()));
    }
    return clients.stream().findFirst().map(one -> HostPort.parse(one.address(), key));
  }

  private Optional<String> value(Map<Flag, String> flags, Flag flag) {
    return Optional.ofNullable(flags.get(flag))
        .or(() -> Optional.ofNullable(environment.get(flag.variable())));
  }

  private static void load(Path file, Map<String, String> into) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw new StartException("--config: there is no file " + file.toAbsolutePath(), e);
    } catch (IOException | IllegalArgumentException e) {
      throw new StartException(
          "--config: cannot read " + file.toAbsolutePath() + ": " + e.getMessage(), e);
    }
    properties.forEach((key, value) -> into.put((String) key, (String) value));
  }
}
