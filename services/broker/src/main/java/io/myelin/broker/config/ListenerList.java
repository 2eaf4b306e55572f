package io.myelin.broker.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A list of listeners as Kafka's file has it: {@code PLAINTEXT://:9092,CONTROLLER://:9093}.
 * Immutable.
 *
 * @param clients those that clients connect to
 * @param controllers those of Kafka's controllers, of which Myelin has none
 */
public record ListenerList(List<Named> clients, List<Named> controllers) {
  private static final String CONTROLLER_NAMES = "controller.listener.names";

  /**
   * One entry of the list.
   *
   * @param name in capitals; PLAINTEXT if the entry has none
   * @param address the text after the name
   */
  public record Named(String name, String address) {
    private static final String SEPARATOR = "://";

    private static Named parse(String text) {
      int at = text.indexOf(SEPARATOR);
      return at < 0
          ? new Named("PLAINTEXT", text)
          : new Named(upper(text.substring(0, at)), text.substring(at + SEPARATOR.length()));
    }

    @Override
    public String toString() {
      return name + SEPARATOR + address;
    }
  }

  /**
   * @param text the value of {@code listeners} or {@code advertised.listeners}
   * @param settings say which names are those of controllers
   */
  public static ListenerList of(String text, Map<String, String> settings) {
    List<String> controllers = controllerNames(settings);
    List<Named> all = entries(text).stream().map(Named::parse).toList();
    Predicate<Named> ofController = listener -> controllers.contains(listener.name());
    return new ListenerList(
        all.stream().filter(ofController.negate()).toList(),
        all.stream().filter(ofController).toList());
  }

  /** In capitals. */
  static List<String> controllerNames(Map<String, String> settings) {
    return entries(settings.getOrDefault(CONTROLLER_NAMES, "CONTROLLER")).stream()
        .map(ListenerList::upper)
        .toList();
  }

  static List<String> entries(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(one -> !one.isEmpty()).toList();
  }

  static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }
}
