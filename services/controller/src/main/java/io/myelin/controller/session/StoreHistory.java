package io.myelin.controller.session;

import io.myelin.metadata.MetadataStore.Change;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a store remembers of its own past; as {@link io.myelin.metadata.MetadataStore#changes}. */
public interface StoreHistory {
  CompletableFuture<Optional<List<Change>>> changes(long after, long upTo);
}
