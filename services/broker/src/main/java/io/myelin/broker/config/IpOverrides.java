package io.myelin.broker.config;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;

/** {@code max.connections.per.ip.overrides}: HOST:COUNT, separated by commas. Stateless. */
public final class IpOverrides {
  private static final String NAME = "max.connections.per.ip.overrides";

  private IpOverrides() {}

  /**
   * The limits by host.
   *
   * @throws ConfigException if it is not of that form
   */
  public static Map<String, Integer> parse(String text) {
    Map<String, Integer> limits = new HashMap<>();
    for (String entry : text.isBlank() ? new String[0] : text.trim().split("\\s*,\\s*")) {
      int colon = entry.lastIndexOf(':'); // the others are an IPv6 address'
      String host = colon < 0 ? entry : entry.substring(0, colon).trim();
      if (colon < 0 || !Utils.validHostPattern(host)) {
        throw new ConfigException(NAME + " contains invalid addresses : " + entry);
      }
      try {
        limits.put(host, Integer.parseInt(entry.substring(colon + 1).trim()));
      } catch (NumberFormatException e) {
        throw new ConfigException(NAME, text, "'" + entry + "' has no number of connections");
      }
    }
    return limits;
  }
}
