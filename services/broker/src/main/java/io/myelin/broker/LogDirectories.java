package io.myelin.broker;

import io.myelin.env.Environment;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogDirectorySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A broker's log directories, which are opened and closed together. Stateless; called by the thread
 * that opens and closes the broker.
 */
final class LogDirectories {
  private LogDirectories() {}

  /**
   * @param clusterId the cluster that they must belong to; new ones will
   * @throws IOException with a message for a person; then none is open, and the next start has
   *     nothing to recover
   */
  static List<LogDirectory> open(int nodeId, List<Path> paths, Environment env, String clusterId)
      throws IOException {
    List<LogDirectory> directories = new ArrayList<>();
    try {
      for (Path path : paths) {
        directories.add(LogDirectory.open(env, path, LogDirectorySettings.of(clusterId, nodeId)));
      }
      return directories;
    } catch (IOException | RuntimeException e) {
      abandon(directories, e);
      throw e;
    }
  }

  /** Closes them in order because of {@code cause}, which is told what goes wrong with that. */
  static void abandon(List<LogDirectory> directories, Exception cause) {
    try {
      close(directories);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Completes when all logs are closed. */
  static CompletableFuture<Void> closeLogs(List<LogDirectory> directories) {
    return CompletableFuture.allOf(
        directories.stream().map(LogDirectory::closeLogs).toArray(CompletableFuture[]::new));
  }

  /**
   * Checkpoints, the mark of a clean stop last. One that fails keeps no other from its own.
   *
   * @throws IOException of the first that failed
   */
  static void close(List<LogDirectory> directories) throws IOException {
    IOException failure = null;
    for (LogDirectory directory : directories) {
      try {
        directory.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
