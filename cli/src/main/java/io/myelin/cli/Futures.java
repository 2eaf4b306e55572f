package io.myelin.cli;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaFuture;

/** Waits for the cluster, and turns what went wrong into something to read. */
final class Futures {
  private Futures() {}

  static <T> T get(KafkaFuture<T> future, String subject) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw Errors.explain(e, subject);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted while waiting for the cluster");
    }
  }
}
