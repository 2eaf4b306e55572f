package io.myelin.broker;

import io.myelin.broker.config.BrokerConfig;
import io.myelin.env.Disk;
import io.myelin.log.LogDirectory;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * What this process is to the controller, and what its log directories say of the life before.
 * Thread-safe.
 *
 * @param incarnation drawn at the start of the process
 */
record BrokerIdentity(BrokerConfig config, UUID incarnation, List<LogDirectory> directories) {
  private static final Logger log = Logger.getLogger(BrokerIdentity.class);

  /** The same as long as the process runs; see {@link BrokerCore#registration}. */
  BrokerRegistration registration(
      Map<String, BrokerImage.Endpoint> listeners, Optional<BrokerImage.Endpoint> peers, Disk disk)
      throws IOException {
    boolean cleanStop = true;
    Set<Long> formerEpochs = new HashSet<>();
    StringJoiner storage = new StringJoiner(" ");
    for (LogDirectory directory : directories) {
      cleanStop &= directory.wasCleanlyClosed();
      formerEpochs.add(directory.formerlyOwnedIn());
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
        cleanStop,
        storage.toString(),
        ofOneLife ? formerEpochs.iterator().next() : 0);
  }

  /** Before the directories are closed: has their marks of a clean stop name this life. */
  void sign(ClusterImage image) {
    epoch(image).ifPresent(epoch -> directories.forEach(directory -> directory.ownedIn(epoch)));
  }

  /**
   * Follows the broker's registrations, and writes each down in the directories. It may come late,
   * or fail: then the next life is trusted less than it deserves, never more.
   *
   * @param workers may block
   */
  void followRegistrations(MetadataPublisher metadata, Executor workers) {
    metadata.subscribe(
        new MetadataPublisher.Listener() {
          @Override
          public void onImage(ClusterImage before, ClusterImage now) {
            if (!epoch(now).equals(epoch(before)) && epoch(now).isPresent()) {
              sign(now);
              workers.execute(BrokerIdentity.this::writeDown);
            }
          }
        });
  }

  private void writeDown() {
    for (LogDirectory directory : directories) {
      try {
        directory.rememberOwner();
      } catch (IOException e) {
        log.warnf(
            "Could not write down in %s which life of the broker owns it: %s. After a kill its"
                + " replicas catch up before they may lead.",
            directory.path(), e.getMessage());
      }
    }
  }

  /** In which this process is registered. */
  private Optional<Long> epoch(ClusterImage image) {
    return Optional.ofNullable(image.brokers().get(config.nodeId()))
        .filter(self -> self.incarnation().equals(incarnation))
        .map(BrokerImage::epoch);
  }
}
