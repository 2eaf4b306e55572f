package io.myelin.metadata;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a broker says of itself when its process starts. Immutable.
 *
 * @param incarnation drawn at the start of the process, the same for all its attempts to register
 * @param listeners host and port that clients are told, by listener name
 * @param peers where other brokers reach it; empty: it runs alone
 * @param cleanStop its log directories were closed in order
 * @param storage names what unflushed bytes depend on, for each log directory {@code ID@WHERE},
 *     with spaces between them: the kernel's boot, the mount, the inode. A process that was killed
 *     finds the page cache as it left it only if this is what it was
 * @param formerEpoch broker epoch of the life before, as the directories remember it; 0: they do
 *     not, or not all the same. Another one than the controller's shows an older or an empty disk
 */
public record BrokerRegistration(
    int id,
    UUID incarnation,
    Map<String, BrokerImage.Endpoint> listeners,
    Optional<BrokerImage.Endpoint> peers,
    Optional<String> rack,
    boolean cleanStop,
    String storage,
    long formerEpoch) {
  /** Of a broker whose directories remember no epoch. */
  public BrokerRegistration(
      int id,
      UUID incarnation,
      Map<String, BrokerImage.Endpoint> listeners,
      Optional<BrokerImage.Endpoint> peers,
      Optional<String> rack,
      boolean cleanStop,
      String storage) {
    this(id, incarnation, listeners, peers, rack, cleanStop, storage, 0);
  }
}
