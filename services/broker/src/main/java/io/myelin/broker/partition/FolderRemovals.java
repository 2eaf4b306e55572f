package io.myelin.broker.partition;

import io.myelin.broker.partition.Partitions.Key;
import io.myelin.log.LogDirectory;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * Takes the folders of replicas away that are none any more, those of one name one after the other:
 * a topic may be made again before the folders of the old one are out of the way, and again.
 *
 * <p>Threads: called by the owner of the partitions, one call at a time; folders are touched on
 * workers.
 *
 * <p>Crash rule: a folder that is still there after a crash is a stray.
 */
final class FolderRemovals {
  private static final Logger log = Logger.getLogger(FolderRemovals.class);
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private final Executor workers;
  private final ConcurrentHashMap<Key, CompletableFuture<Void>> underWay =
      new ConcurrentHashMap<>();

  FolderRemovals(Executor workers) {
    this.workers = workers;
  }

  /** Completes when the name is free. */
  CompletableFuture<Void> of(Key key) {
    return underWay.getOrDefault(key, DONE);
  }

  Collection<CompletableFuture<Void>> underWay() {
    return underWay.values();
  }

  /**
   * @param ended nobody uses the log any more
   */
  void delete(LogDirectory directory, Key key, CompletableFuture<Void> ended) {
    inOrder(key, ended, () -> delete(directory, key));
  }

  /** Of a replica that was not opened. */
  void setAside(LogDirectory directory, Key key) {
    inOrder(key, DONE, () -> setAsideNow(directory, key));
  }

  private void inOrder(Key key, CompletableFuture<Void> ended, Runnable removes) {
    CompletableFuture<Void> removal =
        CompletableFuture.allOf(of(key), ended).thenRunAsync(removes, workers);
    underWay.put(key, removal);
    removal.whenComplete((done, error) -> underWay.remove(key, removal));
  }

  private static void delete(LogDirectory directory, Key key) {
    try {
      directory.delete(key.topic(), key.partition());
    } catch (IOException | RuntimeException e) {
      log.errorf(
          e,
          "Could not delete %s-%d in %s: %s. Its folder stays until somebody deletes it.",
          key.topic(),
          key.partition(),
          directory.path(),
          e.getMessage());
    }
  }

  private static void setAsideNow(LogDirectory directory, Key key) {
    try {
      log.warnf(
          "%s-%d is no replica of this broker any more. Its folder is %s now, and stays until"
              + " somebody deletes it.",
          key.topic(), key.partition(), directory.setAside(key.topic(), key.partition()));
    } catch (IOException | RuntimeException e) {
      log.errorf(
          e,
          "%s-%d in %s is no replica of this broker any more, and could not be set aside: %s. The"
              + " next start tries again.",
          key.topic(),
          key.partition(),
          directory.path(),
          e.getMessage());
    }
  }
}
