package io.myelin.controller;

import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.MetadataStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/** A store that writes when it is told to, or fails to. */
final class HeldStore implements MetadataStore {
  private final MetadataStore store = new InMemoryMetadataStore("held");
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private boolean holding;

  private record Held(Transaction transaction, CompletableFuture<Outcome> future) {}

  void hold() {
    holding = true;
  }

  int held() {
    return held.size();
  }

  void writeOne() {
    Held next = held.remove();
    next.future().complete(store.commit(next.transaction()).join());
  }

  void writeAll() {
    holding = false;
    while (!held.isEmpty()) {
      writeOne();
    }
  }

  /** Fails the oldest write, which happens all the same if {@code written}. */
  void failOne(boolean written) {
    Held next = held.remove();
    if (written) {
      store.commit(next.transaction()).join();
    }
    next.future().completeExceptionally(new IOException("the disk is on fire"));
  }

  @Override
  public CompletableFuture<Listing> list() {
    return store.list();
  }

  @Override
  public CompletableFuture<Outcome> commit(Transaction transaction) {
    if (!holding) {
      return store.commit(transaction);
    }
    Held next = new Held(transaction, new CompletableFuture<>());
    held.add(next);
    return next.future();
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
