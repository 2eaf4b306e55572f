package io.myelin.simulation.cluster;

import io.myelin.simulation.BatchSender;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import org.apache.kafka.common.protocol.Errors;

/** Writes to one partition, to whoever leads. */
final class ClusterProducer extends ClusterClient implements BatchSender.Host {
  private static final BatchSender.Pace PACE = new BatchSender.Pace(3, 5, 65, 1_500, false);

  private final BatchSender sender = new BatchSender(this, PACE, this);
  private final PartitionLedger target;
  private int acknowledged;

  ClusterProducer(ClusterWorld world, String name, PartitionLedger target) {
    super(world, name);
    this.target = target;
  }

  boolean isIdle() {
    return sender.isIdle();
  }

  /** Batches acknowledged so far. */
  int acknowledged() {
    return acknowledged;
  }

  @Override
  void locate() {
    locateLeader(target, leaderEpoch -> {});
  }

  @Override
  void onConnected() {
    sender.begin();
  }

  @Override
  public String topic() {
    return target.topic();
  }

  @Override
  public int partition() {
    return target.id();
  }

  @Override
  public boolean isStopping() {
    return world.isStopping();
  }

  @Override
  public long nowMs() {
    return world.simulation().clock().wallMs();
  }

  @Override
  public void attempt(String record) {
    target.attempt(record);
  }

  @Override
  public void acknowledged(long baseOffset, BatchSender.Batch batch) {
    acknowledged++;
    world.coverage().count(Count.ACKNOWLEDGED_BATCHES);
    if (sender.isIdempotent()) {
      world.coverage().count(Count.IDEMPOTENT_BATCHES);
    }
    for (int i = 0; i < batch.names().size(); i++) {
      target.told("acknowledged", baseOffset + i, batch.names().get(i));
    }
  }

  @Override
  public void refused(BatchSender.Batch batch, Errors error, String message) {
    switch (error) {
      case OUT_OF_ORDER_SEQUENCE_NUMBER -> {
        if (target.hasLostOf(name)) {
          sender.renew();
        } else if (isAtNewestLeader(target.topic(), target.id())) {
          violation("%s is out of order at %s".formatted(batch, server()));
        }
        reconnect();
      }
      case KAFKA_STORAGE_ERROR,
          REQUEST_TIMED_OUT,
          NOT_LEADER_OR_FOLLOWER,
          UNKNOWN_TOPIC_OR_PARTITION,
          NOT_ENOUGH_REPLICAS,
          NOT_ENOUGH_REPLICAS_AFTER_APPEND ->
          reconnect();
      default -> violation("%s refused with %s (%s)".formatted(batch, error, message));
    }
  }
}
