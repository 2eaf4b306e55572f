package io.myelin.broker.config;

import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Refuses settings that protect a broker of Kafka and would do nothing here: nobody may believe to
 * be protected who is not. Stateless.
 */
final class SecurityRules {
  private static final String PROTOCOL_MAP = "listener.security.protocol.map";
  private static final String PLAINTEXT = "PLAINTEXT";

  /** Kafka's, if the file has none: each protocol is a listener's name, too. */
  private static final Map<String, String> PROTOCOLS =
      Map.of(
          PLAINTEXT,
          PLAINTEXT,
          "SSL",
          "SSL",
          "SASL_PLAINTEXT",
          "SASL_PLAINTEXT",
          "SASL_SSL",
          "SASL_SSL");

  /** Beside those of TLS and SASL; at their defaults they protect nothing in Kafka, either. */
  private static final List<String> PROTECTING =
      List.of(
          "alter.config.policy.class.name",
          "authorizer.class.name",
          "client.quota.callback.class",
          "create.topic.policy.class.name",
          "delegation.token.secret.key",
          "principal.builder.class",
          "security.inter.broker.protocol",
          "super.users");

  private SecurityRules() {}

  /**
   * At the start.
   *
   * @param given keys and values as a person wrote them
   * @throws ConfigRefusedException that names every key that asks for protection
   */
  static void check(Map<String, String> given) {
    List<String> asking = asking(given);
    listeners(given)
        .forEach(
            (listener, protocol) -> {
              if (!protocol.equals(PLAINTEXT)) {
                asking.add("listener %s (%s)".formatted(listener, protocol));
              }
            });
    refuse(asking);
  }

  /**
   * At run time.
   *
   * @param settings those of a broker, or of all
   * @throws ConfigRefusedException with the words of {@link #check}
   */
  static void checkDynamic(Map<String, String> settings) {
    List<String> asking = asking(settings);
    asking.removeIf(SecurityRules::isOfAListenersTls);
    refuse(asking);
  }

  /**
   * A listener's stores of keys ask for nothing by themselves: of one that is PLAINTEXT, as all are
   * that may start here, Kafka does not read them either.
   */
  private static boolean isOfAListenersTls(String name) {
    String ofListener = ConfigChecks.withoutListener(name);
    return !ofListener.equals(name) && ofListener.startsWith("ssl.");
  }

  private static void refuse(List<String> asking) {
    if (!asking.isEmpty()) {
      throw new ConfigRefusedException(
          "TLS, SASL, authorizers and policies are not supported yet, and these settings ask for"
              + " them: "
              + String.join(", ", asking)
              + "; to run without any protection remove them, use PLAINTEXT listeners, and let"
              + " only a network that you trust reach the ports");
    }
  }

  private static List<String> asking(Map<String, String> settings) {
    List<String> asking = new ArrayList<>();
    new TreeMap<>(settings)
        .forEach(
            (name, value) -> {
              if (protects(ConfigChecks.withoutListener(name)) && !isDefault(name, value)) {
                asking.add(name);
              }
            });
    return asking;
  }

  /** Whether a setting would protect a broker of Kafka; without the prefix of a listener. */
  static boolean protects(String name) {
    return name.startsWith("ssl.")
        || name.startsWith("sasl.")
        || name.contains(".sasl.") // listener.name.X.MECHANISM.sasl.…
        || PROTECTING.contains(name);
  }

  private static boolean isDefault(String name, String value) {
    ConfigDefinition definition = ConfigChecks.definitionOfBroker(name);
    return value.isBlank() || (definition != null && definition.hasAsDefault(value));
  }

  /** The security protocol of each listener that the settings name, or have by default. */
  private static Map<String, String> listeners(Map<String, String> given) {
    Map<String, String> map = protocolMap(given);
    Map<String, String> protocols = new TreeMap<>();
    Stream.of(
            given.getOrDefault("listeners", PLAINTEXT + "://"),
            given.getOrDefault("advertised.listeners", ""))
        .flatMap(text -> ListenerList.of(text, given).clients().stream())
        .forEach(one -> protocols.put(one.name(), protocolOf(one.name(), map)));
    // Without a map Kafka takes those of controllers for plain ones.
    new TreeSet<>(ListenerList.controllerNames(given))
        .forEach(name -> protocols.put(name, map.getOrDefault(name, PLAINTEXT)));
    return protocols;
  }

  private static String protocolOf(String listener, Map<String, String> map) {
    String protocol = map.get(listener);
    if (protocol == null) {
      throw new ConfigRefusedException(
          "%s says nothing of the listener %s; add %s:PLAINTEXT there, or call it PLAINTEXT"
              .formatted(PROTOCOL_MAP, listener, listener));
    }
    return protocol;
  }

  private static Map<String, String> protocolMap(Map<String, String> given) {
    if (!given.containsKey(PROTOCOL_MAP)) {
      return PROTOCOLS;
    }
    return ListenerList.entries(given.get(PROTOCOL_MAP)).stream()
        .map(entry -> entry.split(" *: *", 2))
        .collect(
            toMap(
                pair -> ListenerList.upper(pair[0]),
                pair -> pair.length < 2 ? "" : ListenerList.upper(pair[1]),
                (first, second) -> second));
  }
}
