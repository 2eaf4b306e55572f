package io.myelin.broker.api.data;

import io.myelin.metadata.Controller.ProducerIdBlock;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Producer ids that nobody else ever gets, handed out of blocks from the controller (KIP-730). The
 * next block is asked for when half of one is used, so that producers can start while no controller
 * decides. Thread-safe. Ids of a block that were not handed out before a crash are never used.
 */
public final class ProducerIds {
  private final Supplier<CompletableFuture<ProducerIdBlock>> controller;
  private final ArrayDeque<CompletableFuture<Long>> waiting = new ArrayDeque<>();

  /** Ids are taken from it, {@link #next} is the first that is left. */
  private ProducerIdBlock current = new ProducerIdBlock(0, 0);

  private long next;

  /** Follows the current one; null: there is none yet. */
  private ProducerIdBlock spare;

  private boolean asking;

  /**
   * @param controller gives a block at each call
   */
  public ProducerIds(Supplier<CompletableFuture<ProducerIdBlock>> controller) {
    this.controller = controller;
  }

  /** Fails if a block is needed and the controller gives none. */
  public synchronized CompletableFuture<Long> next() {
    CompletableFuture<Long> id = new CompletableFuture<>();
    waiting.add(id);
    handOut();
    return id;
  }

  /** Asks for a block if less than half of one is left, before anybody needs it. */
  public synchronized void stockUp() {
    if (!asking && spare == null && left() <= current.count() / 2) {
      asking = true;
      controller.get().whenComplete(this::onBlock);
    }
  }

  private long left() {
    return current.first() + current.count() - next;
  }

  private void handOut() {
    while (!waiting.isEmpty() && (left() > 0 || spare != null)) {
      if (left() == 0) {
        current = spare;
        next = spare.first();
        spare = null;
      }
      waiting.poll().complete(next++);
    }
    stockUp();
  }

  private synchronized void onBlock(ProducerIdBlock block, Throwable error) {
    asking = false;
    if (error != null) {
      // Whoever comes next asks again.
      waiting.forEach(id -> id.completeExceptionally(error));
      waiting.clear();
      return;
    }
    spare = block;
    handOut();
  }
}
