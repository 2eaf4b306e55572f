package io.myelin.controller.session;

import io.myelin.controller.session.ImageHistory.Since;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher.Changes;
import io.myelin.rpc.controller.v1.ControllerMessage;
import io.myelin.rpc.controller.v1.Delta;
import java.util.Optional;

/**
 * What one worker is sent of the metadata. Confined to the sessions' executor.
 *
 * <p>Nothing is queued for a worker that is slow: it is remembered which image it has, and the
 * names of what has changed since; when it is ready it gets one difference for all of it, or a
 * snapshot if that would be larger than a message should be.
 */
final class MetadataPush {
  private final MetadataFeed feed;
  private final ImageHistory history;
  private final Snapshots.Place place;
  private final Runnable wake;

  /** Null: none that a difference could start from. */
  private ClusterImage sent;

  private Changes changes = ImageHistory.nothing();

  /** What leads from where the worker was to this controller's first image. Null: nothing. */
  private Delta bridge;

  private boolean awaitsBridge;

  /** Null: none is being sent. */
  private SharedSnapshot snapshot;

  private int part;

  /**
   * @param wake is run when there may be something to send that there was not before
   */
  MetadataPush(MetadataFeed feed, Runnable wake) {
    this.feed = feed;
    this.history = feed.history();
    this.wake = wake;
    this.place = feed.snapshots().place(wake);
  }

  /**
   * @param revision that the worker has
   */
  void resume(long revision) {
    Optional<Since> since = history.since(revision);
    if (since.isPresent()) {
      goOnFrom(since.get());
      return;
    }
    awaitsBridge = true;
    feed.former(revision)
        .thenAccept(
            delta -> {
              awaitsBridge = false;
              bridge = delta.orElse(null);
              wake.run();
            });
  }

  void changed(Changes more) {
    ImageHistory.add(changes, more);
  }

  /** The worker is gone. */
  void end() {
    place.leave();
  }

  /** The next message to send; null: nothing now. */
  ControllerMessage.Builder next() {
    ClusterImage latest = history.latest();
    if (awaitsBridge) {
      return null;
    }
    if (bridge != null) {
      return cross();
    }
    if (snapshot != null) {
      return nextPart();
    }
    if (sent == null) {
      return startSnapshot();
    }
    return sent.revision() == latest.revision() ? null : difference(latest);
  }

  private ControllerMessage.Builder cross() {
    Delta delta = bridge;
    bridge = null;
    Optional<Since> since = history.since(delta.getRevision());
    if (since.isEmpty()) {
      return startSnapshot();
    }
    goOnFrom(since.get());
    return ControllerMessage.newBuilder().setDelta(delta);
  }

  private ControllerMessage.Builder difference(ClusterImage latest) {
    Optional<Delta> delta = history.differences().between(sent, latest, changes);
    if (delta.isEmpty()) {
      sent = null;
      return startSnapshot();
    }
    sent = latest;
    changes = ImageHistory.nothing();
    return ControllerMessage.newBuilder().setDelta(delta.get());
  }

  private ControllerMessage.Builder startSnapshot() {
    if (!place.enter()) {
      return null;
    }
    snapshot = feed.snapshots().current();
    changes = history.since(snapshot.image().revision()).orElseThrow().changes();
    part = 0;
    return nextPart();
  }

  private ControllerMessage.Builder nextPart() {
    if (!place.enter()) {
      return null;
    }
    ControllerMessage.Builder message = snapshot.part(part);
    if (snapshot.isLast(part)) {
      sent = snapshot.image();
      snapshot = null;
      place.leave();
    }
    part++;
    return message;
  }

  private void goOnFrom(Since since) {
    sent = since.image();
    changes = since.changes();
  }
}
