package io.myelin.controller;

import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ImageChanges;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.RecordChange;
import java.util.List;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/**
 * What the controller decides on: the image, and what only the controller needs to know. Immutable.
 *
 * @param unifiedNames topics whose names have a '.' or '_', by the name in which those are the same
 *     (metrics cannot tell them apart, so no two topics may share one)
 * @param nextProducerId the first producer id that nobody has been given
 * @param nextBrokerEpoch larger than the epoch of every registration so far, also of brokers that
 *     were forgotten
 */
record ControllerState(
    ClusterImage image,
    HashPMap<String, String> unifiedNames,
    long nextProducerId,
    long nextBrokerEpoch) {

  /** A state and what differs from the one before. */
  record Changed(ControllerState state, MetadataPublisher.Changes changes) {}

  static ControllerState of(ClusterImage image, long nextProducerId) {
    HashPMap<String, String> unified = HashTreePMap.empty();
    for (String topic : image.topics().keySet()) {
      if (TopicNames.canCollide(topic)) {
        unified = unified.plus(TopicNames.unified(topic), topic);
      }
    }
    // Each registration was a write, so the revision is not smaller than any of their epochs,
    // unless the records came from another store.
    long epochMax = image.brokers().values().stream().mapToLong(BrokerImage::epoch).max().orElse(0);
    return new ControllerState(
        image, unified, nextProducerId, Math.max(image.revision(), epochMax) + 1);
  }

  Changed apply(long revision, List<RecordChange> records) {
    ImageChanges applied = ImageChanges.apply(image, revision, records);
    HashPMap<String, String> unified = unifiedNames;
    for (String topic : applied.changes().topics()) {
      if (TopicNames.canCollide(topic)) {
        unified =
            applied.image().topic(topic) == null
                ? unified.minus(TopicNames.unified(topic))
                : unified.plus(TopicNames.unified(topic), topic);
      }
    }
    long next = nextProducerId;
    long nextEpoch = nextBrokerEpoch;
    for (RecordChange change : records) {
      if (change.key().equals(MetadataKeys.PRODUCER_IDS)
          && change.record().orElse(null) instanceof MetadataRecord.ProducerIds ids) {
        next = ids.next();
      } else if (change.record().orElse(null) instanceof MetadataRecord.Broker broker) {
        nextEpoch = Math.max(nextEpoch, broker.image().epoch() + 1);
      }
    }
    return new Changed(
        new ControllerState(applied.image(), unified, next, nextEpoch), applied.changes());
  }
}
