package io.myelin.broker.session;

import io.myelin.env.Scheduler;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Asks again for those requests of many that a controller refused because it is not active any
 * more: that refusal says that nothing was done. Thread-safe.
 */
final class DeposedRetry {
  /** 5 s of pauses of 50 ms: another controller takes over long before. */
  private static final int AGAIN_MAX = 100;

  private final Scheduler scheduler;
  private final Executor executor;
  private final long pauseMs;

  DeposedRetry(Scheduler scheduler, Executor executor, long pauseMs) {
    this.scheduler = scheduler;
    this.executor = executor;
    this.pauseMs = pauseMs;
  }

  /** One result per request, in order. */
  <Q, T> CompletableFuture<List<Result<T>>> each(
      List<Q> requests, Function<List<Q>, CompletableFuture<List<Result<T>>>> ask) {
    return each(requests, ask, AGAIN_MAX);
  }

  private <Q, T> CompletableFuture<List<Result<T>>> each(
      List<Q> requests, Function<List<Q>, CompletableFuture<List<Result<T>>>> ask, int againMax) {
    return ask.apply(requests)
        .thenCompose(
            results -> {
              List<Integer> untouched =
                  IntStream.range(0, results.size())
                      .filter(i -> isNotController(results.get(i)))
                      .boxed()
                      .toList();
              if (untouched.isEmpty() || againMax == 0) {
                return CompletableFuture.completedFuture(results);
              }
              List<Q> left = untouched.stream().map(requests::get).toList();
              return pause()
                  .thenCompose(waited -> each(left, ask, againMax - 1))
                  .thenApply(again -> merged(results, untouched, again));
            });
  }

  private static <T> List<Result<T>> merged(
      List<Result<T>> results, List<Integer> untouched, List<Result<T>> again) {
    List<Result<T>> merged = new ArrayList<>(results);
    for (int i = 0; i < again.size(); i++) {
      merged.set(untouched.get(i), again.get(i));
    }
    return merged;
  }

  private static boolean isNotController(Result<?> result) {
    return result instanceof Result.Refused<?> refused
        && refused.refusal() == Refusal.NOT_CONTROLLER;
  }

  private CompletableFuture<Void> pause() {
    CompletableFuture<Void> waited = new CompletableFuture<>();
    scheduler.after(pauseMs, () -> executor.execute(() -> waited.complete(null)));
    return waited;
  }
}
