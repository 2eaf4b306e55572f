package io.myelin.broker.session;

import io.myelin.metadata.MetadataStore;
import java.util.concurrent.CompletableFuture;

/** A store whose history was compacted away. */
final class ForgetfulStore implements MetadataStore {
  private final MetadataStore store;

  ForgetfulStore(MetadataStore store) {
    this.store = store;
  }

  @Override
  public CompletableFuture<Listing> list() {
    return store.list();
  }

  @Override
  public CompletableFuture<Outcome> commit(Transaction transaction) {
    return store.commit(transaction);
  }

  @Override
  public String storeId() {
    return store.storeId();
  }

  @Override
  public void close() {
    store.close();
  }
}
