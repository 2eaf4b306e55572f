package io.myelin.controller.session;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher.Changes;
import io.myelin.rpc.controller.v1.ControllerMessage;
import io.myelin.rpc.controller.v1.Delta;
import io.myelin.rpc.controller.v1.Entry;
import io.myelin.rpc.controller.v1.Snapshot;
import io.myelin.wire.ImageEntries;
import java.util.Iterator;
import java.util.Optional;

/**
 * What one worker is sent of the metadata. Confined to one thread.
 *
 * <p>Nothing is queued for a worker that is slow: it is remembered which image it has, and the
 * names of what has changed since; when it is ready it gets one difference for all of it, or a
 * snapshot if that would be larger than a message should be.
 */
final class MetadataPush {
  /** 256 KiB: the next heartbeat's answer waits for no more than one part. */
  private static final int PART_BYTES = 256 << 10;

  /** Null: none that a difference could start from. */
  private ClusterImage sent;

  private Changes changes = ImageHistory.nothing();
  private Iterator<Entry> snapshot;
  private ClusterImage snapshotOf;
  private int part;

  /**
   * @param revision that the worker has; 0: none
   */
  void resume(ImageHistory history, long revision) {
    history
        .since(revision)
        .ifPresent(
            since -> {
              sent = since.image();
              changes = since.changes();
            });
  }

  void changed(Changes more) {
    ImageHistory.add(changes, more);
  }

  /** The next message to send; null: the worker has, or was sent, everything. */
  ControllerMessage.Builder next(ImageHistory history) {
    ClusterImage latest = history.latest();
    if (snapshot != null) {
      return nextPart();
    }
    if (sent != null && sent.revision() == latest.revision()) {
      return null;
    }
    return sent == null ? startSnapshot(latest) : difference(history.differences(), latest);
  }

  private ControllerMessage.Builder difference(Differences differences, ClusterImage latest) {
    Optional<Delta> delta = differences.between(sent, latest, changes);
    if (delta.isEmpty()) {
      return startSnapshot(latest);
    }
    sent = latest;
    changes = ImageHistory.nothing();
    return ControllerMessage.newBuilder().setDelta(delta.get());
  }

  private ControllerMessage.Builder startSnapshot(ClusterImage latest) {
    snapshotOf = latest;
    snapshot = ImageEntries.all(latest);
    changes = ImageHistory.nothing();
    part = 0;
    return nextPart();
  }

  private ControllerMessage.Builder nextPart() {
    Snapshot.Builder message =
        Snapshot.newBuilder().setRevision(snapshotOf.revision()).setPart(part++);
    for (long bytes = 0; bytes < PART_BYTES && snapshot.hasNext(); ) {
      Entry entry = snapshot.next();
      bytes += entry.getSerializedSize();
      message.addEntries(entry);
    }
    if (!snapshot.hasNext()) {
      message.setLast(true);
      sent = snapshotOf;
      snapshot = null;
    }
    return ControllerMessage.newBuilder().setSnapshot(message);
  }
}
