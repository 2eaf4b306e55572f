package io.myelin.broker;

import io.myelin.broker.net.Listener;
import io.myelin.metadata.BrokerImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a broker lives.
 *
 * @param logDirs log.dirs
 * @param listeners where it listens
 * @param advertised what clients are told, by listener name; a listener that is missing here tells
 *     the address that it is bound to
 * @param peers where other brokers find it; empty: it runs alone
 */
public record BrokerPlace(
    List<Path> logDirs,
    List<Listener> listeners,
    Map<String, BrokerImage.Endpoint> advertised,
    Optional<Peers> peers) {

  /**
   * Where other brokers find a broker.
   *
   * @param listener where it listens for them; port 0 takes a free one
   * @param advertised what they are told; port 0 is the one that it listens on
   */
  public record Peers(BrokerImage.Endpoint listener, BrokerImage.Endpoint advertised) {}
}
