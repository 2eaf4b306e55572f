package io.myelin.metadata;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A registered broker. Immutable.
 *
 * @param epoch of this registration; larger than that of every earlier one of this id
 * @param incarnation of the process that registered
 * @param listeners host and port that clients are told, by listener name
 * @param peers where other brokers reach it; empty: it runs alone
 * @param fenced it may not lead or be in sync: its process is gone, silent, or not caught up yet
 * @param draining it is about to stop: it gets no leadership and joins no in-sync set (KIP-841)
 * @param storage what its logs' unflushed bytes depend on; see {@link BrokerRegistration}
 * @param cordoned all its log directories are: it gets no new partitions (KIP-1066)
 */
public record BrokerImage(
    int id,
    long epoch,
    UUID incarnation,
    Map<String, Endpoint> listeners,
    Optional<Endpoint> peers,
    Optional<String> rack,
    boolean fenced,
    boolean draining,
    String storage,
    boolean cordoned) {

  /** One that is not cordoned. */
  public BrokerImage(
      int id,
      long epoch,
      UUID incarnation,
      Map<String, Endpoint> listeners,
      Optional<Endpoint> peers,
      Optional<String> rack,
      boolean fenced,
      boolean draining,
      String storage) {
    this(id, epoch, incarnation, listeners, peers, rack, fenced, draining, storage, false);
  }

  public record Endpoint(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** Whether it may lead and be in sync. */
  public boolean isActive() {
    return !fenced && !draining;
  }

  public BrokerImage withFenced(boolean now) {
    return new BrokerImage(
        id, epoch, incarnation, listeners, peers, rack, now, draining, storage, cordoned);
  }

  public BrokerImage withDraining(boolean now) {
    return new BrokerImage(
        id, epoch, incarnation, listeners, peers, rack, fenced, now, storage, cordoned);
  }

  public BrokerImage withCordoned(boolean now) {
    return new BrokerImage(
        id, epoch, incarnation, listeners, peers, rack, fenced, draining, storage, now);
  }
}
