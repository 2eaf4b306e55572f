package io.myelin.broker.session;

import java.util.List;
import java.util.UUID;

/** What a broker can say of its replicas. Any thread; never blocks. */
public interface ReplicaReports {

  /** Of a broker that has none yet. */
  ReplicaReports NONE =
      new ReplicaReports() {
        @Override
        public List<Replica> offline() {
          return List.of();
        }
      };

  /** All replicas that cannot be used because their disk has failed. */
  List<Replica> offline();

  record Replica(UUID topicId, int partition) {}
}
