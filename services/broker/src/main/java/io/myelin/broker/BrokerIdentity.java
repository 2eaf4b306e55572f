package io.myelin.broker;

import io.myelin.broker.config.BrokerConfig;
import io.myelin.env.Disk;
import io.myelin.log.LogDirectory;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;

/**
 * What this process is to the controller, and what its log directories say of the life before.
 * Thread-safe.
 *
 * @param incarnation drawn at the start of the process
 */
record BrokerIdentity(BrokerConfig config, UUID incarnation, List<LogDirectory> directories) {

  /** The same as long as the process runs; see {@link BrokerCore#registration}. */
  BrokerRegistration registration(
      Map<String, BrokerImage.Endpoint> listeners, Optional<BrokerImage.Endpoint> peers, Disk disk)
      throws IOException {
    boolean cleanStop = true;
    Set<Long> formerEpochs = new HashSet<>();
    StringJoiner storage = new StringJoiner(" ");
    for (LogDirectory directory : directories) {
      cleanStop &= directory.wasCleanlyClosed();
      formerEpochs.add(directory.cleanlyClosedIn());
      storage.add(directory.id() + "@" + disk.cacheIdentity(directory.path()));
    }
    // Directories that are of different ages are not what one life has left.
    boolean ofOneLife = formerEpochs.size() == 1;
    return new BrokerRegistration(
        config.nodeId(),
        incarnation,
        listeners,
        peers,
        config.rack(),
        cleanStop && ofOneLife,
        storage.toString(),
        ofOneLife ? formerEpochs.iterator().next() : 0);
  }

  /** Before the directories are closed: has their marks of a clean stop name this life. */
  void sign(ClusterImage image) {
    BrokerImage self = image.brokers().get(config.nodeId());
    if (self != null && self.incarnation().equals(incarnation)) {
      directories.forEach(directory -> directory.ownedIn(self.epoch()));
    }
  }
}
