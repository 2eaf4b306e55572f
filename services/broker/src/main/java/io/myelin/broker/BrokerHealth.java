package io.myelin.broker;

import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.env.DiskFullException;
import io.myelin.log.LogDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a broker is. Immutable.
 *
 * @param serving whether it is of use to clients: it is not stopping, and not every log directory
 *     has failed. A full disk is no failure: reading goes on
 * @param problems what is wrong although it may be serving, for a person
 */
public record BrokerHealth(boolean serving, List<String> problems) {
  // The log names all of them; this is an answer to a probe.
  private static final int OFFLINE_NAMED_MAX = 5;

  static BrokerHealth of(
      boolean closing, Partitions partitions, Map<Path, IOException> unwritable) {
    List<String> problems = new ArrayList<>();
    if (closing) {
      problems.add("the broker is stopping");
    }
    int failed = 0;
    List<LogDirectory> directories = partitions.directories();
    for (LogDirectory directory : directories) {
      IOException cause = unwritable.get(directory.path());
      if (cause != null) {
        problems.add(directory.path() + " cannot be written to: " + cause.getMessage());
        failed += cause instanceof DiskFullException ? 0 : 1;
      }
    }
    addOffline(partitions, problems);
    return new BrokerHealth(!closing && failed < directories.size(), List.copyOf(problems));
  }

  private static void addOffline(Partitions partitions, List<String> problems) {
    int offline = 0;
    for (Partition partition : partitions.all()) {
      Throwable cause = partition.failure();
      if (cause != null && offline++ < OFFLINE_NAMED_MAX) {
        problems.add(
            "%s-%d is offline: %s"
                .formatted(partition.topic(), partition.id(), cause.getMessage()));
      }
    }
    if (offline > OFFLINE_NAMED_MAX) {
      problems.add((offline - OFFLINE_NAMED_MAX) + " more partitions are offline");
    }
  }
}
