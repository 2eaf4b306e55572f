package io.myelin.simulation;

import org.apache.kafka.common.protocol.Errors;

/** Writes to one partition; begins anew when a power loss may have taken what it sent. */
final class Producer extends Client implements BatchSender.Host {
  private static final BatchSender.Pace PACE = new BatchSender.Pace(4, 1, 31, 3_000, true);

  private final BatchSender sender = new BatchSender(this, PACE, this);
  private final PartitionHistory target;
  private int lossesKnown;

  Producer(World world, String name, PartitionHistory target) {
    super(world, name);
    this.target = target;
  }

  boolean isIdle() {
    return sender.isIdle();
  }

  @Override
  void onConnected() {
    if (sender.isIdempotent() && lossesKnown != target.losses()) {
      sender.forget(); // its sequence may be gone with what it sent
    }
    lossesKnown = target.losses();
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
    target.acknowledged(baseOffset, batch.names());
    if (sender.isIdempotent()) {
      world.coverage().idempotentBatches++;
    }
  }

  @Override
  public void refused(BatchSender.Batch batch, Errors error, String message) {
    switch (error) {
      case KAFKA_STORAGE_ERROR, REQUEST_TIMED_OUT, NOT_LEADER_OR_FOLLOWER -> reconnect();
      default -> violation("%s refused with %s (%s)".formatted(batch, error, message));
    }
  }
}
