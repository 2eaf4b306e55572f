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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    return remove(loaded.leftovers())
        .thenCompose(
            done ->
                lacksMinimum(state.image())
                    ? store
                        .commit(CommitPlan.transaction(List.of(minimum(state.image()))))
                        .thenApply(Outcomes::revision)
                        .thenCompose(written -> run(executor))
                    : CompletableFuture.completedFuture(state));
  }

  /** A cluster of before there was one, or a standalone process that has become one. */
  private boolean lacksMinimum(ClusterImage image) {
    return settings.sessions()
        && !image.config(TopicRules.ALL_BROKERS).containsKey(TopicRules.MIN_IN_SYNC);
  }

  /**
   * The default of all brokers. Whoever elects and whoever commits must count on the same minimum,
   * so that it cannot be what each process has in its own file.
   */
  private RecordChange minimum(ClusterImage image) {
    return RecordChange.put(
        new MetadataRecord.Config(
            TopicRules.ALL_BROKERS,
            image
                .config(TopicRules.ALL_BROKERS)
                .plus(TopicRules.MIN_IN_SYNC, Integer.toString(settings.minInSyncReplicas()))));
  }

  private CompletableFuture<Outcome> initialise(Listing listing) {
    if (!listing.entries().isEmpty()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException(
              "The metadata store holds "
                  + listing.entries().size()
                  + " entries but no cluster id; it was damaged or made by something else"));
    }
    ClusterImage nothing = ClusterImage.empty("");
    List<RecordChange> records = new ArrayList<>();
    records.add(RecordChange.put(new MetadataRecord.Cluster(Ids.text(Ids.random(randomness)))));
    records.add(RecordChange.put(new MetadataRecord.Features(settings.features())));
    if (lacksMinimum(nothing)) {
      records.add(minimum(nothing));
    }
    return store.commit(
        new Transaction(Map.of(MetadataKeys.CLUSTER, 0L), CommitPlan.transaction(records).puts()));
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
