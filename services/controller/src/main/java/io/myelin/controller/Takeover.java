package io.myelin.controller;

import io.myelin.env.Randomness;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ImageChanges;
import io.myelin.metadata.MetadataCodec;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Listing;
import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.MetadataStore.Transaction;
import io.myelin.metadata.RecordChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Reads a store and puts it in order: an empty one becomes a new cluster, and what an interrupted
 * decision left behind is removed. Stateless; repeatable after any failure.
 */
final class Takeover {
  private final MetadataStore store;
  private final ControllerSettings settings;
  private final Randomness randomness;

  Takeover(MetadataStore store, ControllerSettings settings, Randomness randomness) {
    this.store = store;
    this.settings = settings;
    this.randomness = randomness;
  }

  /**
   * @param executor where the listing becomes an image: a million partitions take seconds, and the
   *     store's own thread has the lease to refresh meanwhile
   */
  CompletableFuture<ControllerState> run(Executor executor) {
    return store.list().thenComposeAsync(listing -> takeOver(listing, executor), executor);
  }

  private CompletableFuture<ControllerState> takeOver(Listing listing, Executor executor) {
    if (!listing.entries().containsKey(MetadataKeys.CLUSTER)) {
      return initialise(listing).thenApply(Outcomes::revision).thenCompose(done -> run(executor));
    }
    ImageChanges loaded = ImageChanges.load(listing);
    ControllerState state =
        ControllerState.of(
            loaded.image().withController(settings.nodeId()), nextProducerId(listing));
    return remove(loaded.leftovers()).thenApply(done -> state);
  }

  private CompletableFuture<Outcome> initialise(Listing listing) {
    if (!listing.entries().isEmpty()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException(
              "The metadata store holds "
                  + listing.entries().size()
                  + " entries but no cluster id; it was damaged or made by something else"));
    }
    MetadataRecord cluster = new MetadataRecord.Cluster(Ids.text(Ids.random(randomness)));
    MetadataRecord features = new MetadataRecord.Features(settings.features());
    return store.commit(
        new Transaction(
            Map.of(MetadataKeys.CLUSTER, 0L),
            Map.of(
                MetadataKeys.CLUSTER, Optional.of(MetadataCodec.encode(cluster)),
                MetadataKeys.FEATURES, Optional.of(MetadataCodec.encode(features)))));
  }

  private CompletableFuture<Void> remove(List<String> leftovers) {
    if (leftovers.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    List<RecordChange> deletions = leftovers.stream().map(RecordChange::delete).toList();
    CompletableFuture<?>[] commits =
        CommitPlan.split(deletions, store.operationsMax()).stream()
            .map(deletion -> store.commit(deletion).thenApply(Outcomes::revision))
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(commits);
  }

  private static long nextProducerId(Listing listing) {
    MetadataStore.Versioned entry = listing.entries().get(MetadataKeys.PRODUCER_IDS);
    return entry != null
            && MetadataCodec.decode(MetadataKeys.PRODUCER_IDS, entry.value())
                instanceof MetadataRecord.ProducerIds ids
        ? ids.next()
        : 0;
  }

  /** The image that nobody has seen yet. */
  static ControllerState nothing() {
    return ControllerState.of(ClusterImage.empty(""), 0);
  }
}
