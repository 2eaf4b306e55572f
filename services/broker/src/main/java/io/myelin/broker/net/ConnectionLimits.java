package io.myelin.broker.net;

import java.net.InetAddress;
import java.util.Map;

/**
 * How many connections there may be. Immutable; unlike {@link NetworkConfig} it changes while the
 * broker runs.
 *
 * @param connectionsMax {@code max.connections} of the broker
 * @param connectionsPerIpMax {@code max.connections.per.ip}
 * @param overrides {@code max.connections.per.ip.overrides}, by address
 * @param connectionsPerSecondMax {@code max.connection.creation.rate}
 */
public record ConnectionLimits(
    int connectionsMax,
    int connectionsPerIpMax,
    Map<InetAddress, Integer> overrides,
    int connectionsPerSecondMax) {

  /** Kafka's defaults. */
  public static final ConnectionLimits NONE =
      new ConnectionLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Map.of(), Integer.MAX_VALUE);

  int connectionsMaxOf(InetAddress address) {
    return overrides.getOrDefault(address, connectionsPerIpMax);
  }
}
