package io.myelin.broker.session;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ImageChanges;
import io.myelin.metadata.MetadataFormatException;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.RecordChange;
import io.myelin.metadata.TopicImage;
import io.myelin.rpc.controller.v1.Delta;
import io.myelin.rpc.controller.v1.Registered;
import io.myelin.rpc.controller.v1.Snapshot;
import io.myelin.wire.ImageEntries;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The image that pushes build up, published in order.
 *
 * <p>Guarantee: of one store, an image is only ever followed by a later one; a push that is older
 * than what is known, that leaves a gap, or that cannot be read is refused and changes nothing.
 *
 * <p>Confined to the session's executor, except {@link #image}.
 */
final class ImageFollower {
  private final List<MetadataPublisher.Listener> listeners = new ArrayList<>();
  private final TreeMap<Long, List<CompletableFuture<Void>>> waiting = new TreeMap<>();
  private final List<RecordChange> parts = new ArrayList<>();
  private volatile ClusterImage image = ClusterImage.empty("");
  private String storeId = "";
  private int controllerId = -1;
  private int leaderEpochSeen;

  /** What the session is about now; what a former one left unfinished is forgotten. */
  void begin(Registered registered) {
    parts.clear();
    controllerId = registered.getControllerId();
    if (!storeId.equals(registered.getStoreId())) {
      storeId = registered.getStoreId();
      // Another store counts its revisions anew; its snapshot replaces everything.
      image = image.withRevision(0);
    } else if (image.controllerId() != controllerId && image.revision() > 0) {
      publish(image, new MetadataPublisher.Changes(Set.of(), Set.of(), Set.of()));
    }
  }

  ClusterImage image() {
    return image;
  }

  String storeId() {
    return storeId;
  }

  /** The highest of any partition in any image. */
  int leaderEpochSeen() {
    return leaderEpochSeen;
  }

  void subscribe(MetadataPublisher.Listener listener) {
    listeners.add(listener);
    ClusterImage nothing = ClusterImage.empty(image.clusterId());
    listener.onImage(nothing, image, MetadataPublisher.Changes.between(nothing, image));
  }

  /** Completes when an image of at least that revision is published. */
  CompletableFuture<Void> reached(long revision) {
    CompletableFuture<Void> future = new CompletableFuture<>();
    if (image.revision() >= revision) {
      future.complete(null);
    } else {
      waiting.computeIfAbsent(revision, at -> new ArrayList<>()).add(future);
    }
    return future;
  }

  /** Why the part is refused; empty: taken. */
  Optional<String> take(Snapshot snapshot) {
    if (snapshot.getPart() == 0) {
      parts.clear();
    }
    if (snapshot.getRevision() < image.revision()) {
      return Optional.of(
          "a snapshot of revision %d, older than %d that is known"
              .formatted(snapshot.getRevision(), image.revision()));
    }
    try {
      parts.addAll(ImageEntries.changes(snapshot.getEntriesList()));
      if (snapshot.getLast()) {
        ClusterImage before = image;
        ClusterImage now =
            ImageChanges.apply(ClusterImage.empty(""), snapshot.getRevision(), parts).image();
        parts.clear();
        publish(now, MetadataPublisher.Changes.between(before, now));
      }
      return Optional.empty();
    } catch (MetadataFormatException e) {
      return Optional.of("a snapshot that cannot be read: " + e.getMessage());
    }
  }

  /** Why the difference is refused; empty: taken. */
  Optional<String> take(Delta delta) {
    if (delta.getFromRevision() != image.revision()
        || delta.getRevision() <= delta.getFromRevision()) {
      return Optional.of(
          "a difference from revision %d to %d, where %d is known"
              .formatted(delta.getFromRevision(), delta.getRevision(), image.revision()));
    }
    try {
      ImageChanges applied =
          ImageChanges.apply(
              image, delta.getRevision(), ImageEntries.changes(delta.getEntriesList()));
      publish(applied.image(), applied.changes());
      return Optional.empty();
    } catch (MetadataFormatException e) {
      return Optional.of("a difference that cannot be read: " + e.getMessage());
    }
  }

  private void publish(ClusterImage next, MetadataPublisher.Changes changes) {
    ClusterImage before = image;
    ClusterImage now = next.withController(controllerId);
    image = now;
    for (String name : changes.topics()) {
      TopicImage topic = now.topic(name);
      if (topic != null) {
        topic
            .partitions()
            .forEach(p -> leaderEpochSeen = Math.max(leaderEpochSeen, p.leaderEpoch()));
      }
    }
    for (MetadataPublisher.Listener listener : listeners) {
      listener.onImage(before, now, changes);
    }
    var reached = waiting.headMap(now.revision(), true);
    List<CompletableFuture<Void>> done = reached.values().stream().flatMap(List::stream).toList();
    reached.clear();
    done.forEach(future -> future.complete(null));
  }
}
