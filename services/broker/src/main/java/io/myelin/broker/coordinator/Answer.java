package io.myelin.broker.coordinator;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The place where one request's response goes. A state machine may keep it in its state and name it
 * in a later decision ("answered when the last member has joined"); it is compared by identity.
 *
 * <p>A state machine never completes it: only the runtime does, at most once, after what the
 * response tells has been committed.
 *
 * @param <A> the response
 */
public final class Answer<A> {
  private final CompletableFuture<A> future = new CompletableFuture<>();

  CompletionStage<A> stage() {
    return future.minimalCompletionStage();
  }

  void complete(A response) {
    future.complete(response);
  }

  void fail(CoordinatorUnavailable why) {
    future.completeExceptionally(why);
  }

  boolean isDone() {
    return future.isDone();
  }
}
