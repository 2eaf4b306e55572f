package io.myelin.broker.session;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a broker can say of its replicas. Any thread; never blocks. */
public interface ReplicaReports {

  /** Of a broker that has none yet. */
  ReplicaReports NONE =
      new ReplicaReports() {
        @Override
        public Optional<LogEnd> logEnd(UUID topicId, int partition) {
          return Optional.empty();
        }

        @Override
        public List<Replica> offline() {
          return List.of();
        }

        @Override
        public boolean cordoned() {
          return false;
        }
      };

  /** Empty: there is no such replica here, or its log is not open (yet). */
  Optional<LogEnd> logEnd(UUID topicId, int partition);

  /** All replicas that cannot be used because their disk has failed. */
  List<Replica> offline();

  /** Whether no log directory takes new partitions. */
  boolean cordoned();

  record Replica(UUID topicId, int partition) {}

  /**
   * @param lastEpoch leader epoch of the last batch; -1: there is none
   */
  record LogEnd(int lastEpoch, long logEndOffset) {}
}
