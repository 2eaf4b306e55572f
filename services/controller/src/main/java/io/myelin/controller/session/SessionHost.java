package io.myelin.controller.session;

import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.Quorum;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.rpc.Address;
import io.myelin.rpc.controller.v1.SessionRefused;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The controller as the calls of workers need it. Thread-safe; no call blocks. */
public interface SessionHost {

  /** What this controller is at the moment. */
  Role role();

  /**
   * Called for each registration of a stream; the stream is connected when it completes. Refused if
   * the broker has seen more of this store than this controller has: a later election or revision.
   */
  CompletableFuture<Registration> register(BrokerRegistration broker, Known known);

  /** Completes with what the broker is to be told. */
  CompletableFuture<Standing> heard(int broker, long brokerEpoch, Beat beat);

  /** The stream of a registered broker ended, which does not mean that the broker is gone. */
  void disconnected(int broker, long brokerEpoch);

  /** The broker's answer to {@link SessionServer#describe}: those that it has and can read. */
  void described(int broker, long brokerEpoch, Map<Replica, LogEnd> ends);

  /** The controllers, and the brokers with a session, of the active controller. */
  CompletableFuture<Result<Quorum>> quorum();

  sealed interface Role {
    /**
     * @param epoch of this controller's election
     * @param controller what administration is asked of; publishes before it answers
     * @param metadata what is pushed
     * @param past what was written before this controller published anything
     */
    record Active(
        int controllerId,
        long epoch,
        String storeId,
        int sessionTimeoutMs,
        Controller controller,
        MetadataPublisher metadata,
        StoreHistory past)
        implements Role {}

    /**
     * @param active where the active one is, if that is known
     * @param epoch of the active one's election, 0 if unknown
     */
    record Standby(Optional<Address> active, long epoch) implements Role {}
  }

  /** What the broker has seen of the cluster before, and its former epoch (0: none). */
  record Known(
      String clusterId, long controllerEpoch, long revision, int leaderEpoch, long brokerEpoch) {}

  sealed interface Registration {
    record Accepted(long brokerEpoch) implements Registration {}

    record Refused(SessionRefused.Code code, String message) implements Registration {}
  }

  /**
   * @param revisionAcked up to which the broker has put the metadata in force
   * @param cordoned whether all its log directories are
   * @param offline replicas that have failed with their disks
   */
  record Beat(long revisionAcked, boolean wantsToStop, boolean cordoned, Set<Replica> offline) {

    /** Of a broker whose disks are well. */
    public Beat(long revisionAcked, boolean wantsToStop) {
      this(revisionAcked, wantsToStop, false, Set.of());
    }
  }

  /** A partition, or one of its replicas. In an order, so that all is done in the same one. */
  record Replica(UUID topicId, int partition) implements Comparable<Replica> {
    @Override
    public int compareTo(Replica other) {
      int topics = topicId.compareTo(other.topicId);
      return topics != 0 ? topics : Integer.compare(partition, other.partition);
    }
  }

  /**
   * @param lastEpoch leader epoch of the last batch; -1: there is none
   */
  record LogEnd(int lastEpoch, long logEndOffset) {}

  /**
   * @param registered false: its registration is not the latest one with its id, or was removed
   */
  record Standing(boolean registered, boolean fenced, boolean mayStop) {}
}
