package io.myelin.controller.session;

import io.myelin.env.Clock;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher.Changes;
import io.myelin.rpc.controller.v1.Delta;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What all workers of one controller are sent their metadata from, as long as it is active.
 * Confined to the sessions' executor.
 */
final class MetadataFeed {
  private final ImageHistory history = new ImageHistory();
  private final Snapshots snapshots;
  private final StoreHistory past;
  private final Executor executor;

  /** Null: nothing was published yet. */
  private FormerChanges former;

  MetadataFeed(StoreHistory past, Clock clock, Executor executor) {
    this.past = past;
    this.executor = executor;
    this.snapshots = new Snapshots(history, clock);
  }

  void add(ClusterImage before, ClusterImage now, Changes changes) {
    if (former == null) {
      former = new FormerChanges(past, now.revision(), executor);
    }
    history.add(before, now, changes);
  }

  boolean isEmpty() {
    return former == null;
  }

  ImageHistory history() {
    return history;
  }

  Snapshots snapshots() {
    return snapshots;
  }

  /** As {@link FormerChanges#since}; something must have been published. */
  CompletableFuture<Optional<Delta>> former(long revision) {
    return former.since(revision);
  }
}
