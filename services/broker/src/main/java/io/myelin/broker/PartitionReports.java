package io.myelin.broker;

import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.session.ReplicaReports;
import io.myelin.env.DiskFullException;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What the session tells of this broker's replicas. Any thread.
 *
 * @param unwritable log directories that could not be written to, and why
 */
record PartitionReports(Partitions partitions, Supplier<Map<Path, IOException>> unwritable)
    implements ReplicaReports {

  /** What is not open yet is opened soon: somebody waits for it. */
  @Override
  public Optional<LogEnd> logEnd(UUID topicId, int id) {
    String topic = partitions.name(topicId);
    Partition partition = topic == null ? null : partitions.get(topic, id);
    LogView view = partition == null || partition.failure() != null ? null : partition.view();
    return view == null
        ? Optional.empty()
        : Optional.of(new LogEnd(view.latestEpoch(), view.logEndOffset()));
  }

  /** A replica that has failed itself, and all of a directory that has: the idle ones too. */
  @Override
  public List<Replica> offline() {
    Set<Path> failed = failedDirectories();
    List<Replica> offline = new ArrayList<>(0);
    for (Partition partition : partitions.all()) {
      if (partition.failure() != null || (!failed.isEmpty() && isIn(failed, partition))) {
        offline.add(new Replica(partition.topicId(), partition.id()));
      }
    }
    return offline;
  }

  /** A full disk is no failure: reading goes on, and writing when there is room. */
  private Set<Path> failedDirectories() {
    Set<Path> failed = new HashSet<>();
    unwritable
        .get()
        .forEach(
            (directory, cause) -> {
              if (!(cause instanceof DiskFullException)) {
                failed.add(directory);
              }
            });
    return failed;
  }

  private boolean isIn(Set<Path> failed, Partition partition) {
    LogDirectory directory = partitions.directoryOf(partition);
    return directory != null && failed.contains(directory.path());
  }

  @Override
  public boolean cordoned() {
    return partitions.directories().stream().allMatch(partitions::isCordoned);
  }
}
