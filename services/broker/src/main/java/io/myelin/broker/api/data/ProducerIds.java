package io.myelin.broker.api.data;

import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.ProducerIdBlock;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * Producer ids that nobody else ever gets, handed out of blocks from the controller (KIP-730).
 * Thread-safe. Ids of a block that were not handed out before a crash are never used.
 */
public final class ProducerIds {
  private final Controller controller;
  private final ArrayDeque<CompletableFuture<Long>> waiting = new ArrayDeque<>();
  private long next;
  private long end;
  private boolean asking;

  public ProducerIds(Controller controller) {
    this.controller = controller;
  }

  public synchronized CompletableFuture<Long> next() {
    if (next < end) {
      return CompletableFuture.completedFuture(next++);
    }
    CompletableFuture<Long> id = new CompletableFuture<>();
    waiting.add(id);
    ask();
    return id;
  }

  private void ask() {
    if (asking) {
      return;
    }
    asking = true;
    controller.allocateProducerIds().whenComplete(this::onBlock);
  }

  private synchronized void onBlock(ProducerIdBlock block, Throwable error) {
    asking = false;
    if (error != null) {
      waiting.forEach(id -> id.completeExceptionally(error));
      waiting.clear();
      return;
    }
    next = block.first();
    end = block.first() + block.count();
    while (!waiting.isEmpty() && next < end) {
      waiting.poll().complete(next++);
    }
    if (!waiting.isEmpty()) {
      ask();
    }
  }
}
