package io.myelin.simulation.cluster;

import io.myelin.broker.partition.Partition;
import io.myelin.log.Isolation;
import io.myelin.log.LogView;
import io.myelin.log.ReadResult;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What must hold after every event, looked at from outside: every replica's watermark, what lies
 * below it, and who leads. Which replicas there are is looked up every {@link #LOOK_UP_EVENTS}
 * events.
 */
final class Invariants {
  private static final int LOOK_UP_EVENTS = 32;

  private final ClusterWorld world;
  private final MetadataWatch metadata;
  private final List<Replica> replicas = new ArrayList<>();
  private final Map<Leader, String> leaders = new HashMap<>();
  private int events;

  private record Leader(String partition, int epoch) {}

  /** One replica in one life of its broker. */
  private final class Replica {
    final BrokerMachine broker;
    final int life;
    final Partition partition;
    final PartitionLedger ledger;
    long checked;
    long highWatermark;
    long logEnd;
    int leading = -1;
    int losses;
    boolean counts = true;

    Replica(BrokerMachine broker, Partition partition) {
      this.broker = broker;
      this.life = broker.life();
      this.partition = partition;
      this.ledger = world.ledger(partition.topic(), partition.id());
    }

    boolean isCurrent() {
      return broker.isServing() && broker.life() == life;
    }

    void check() {
      if (!isCurrent() || !partition.isOpen() || !counts()) {
        return;
      }
      LogView view = partition.view();
      long end = view.logEndOffset();
      long watermark = view.highWatermark();
      if (end < logEnd) {
        world.coverage().count(Count.TRUNCATIONS);
      }
      logEnd = end;
      if (watermark != highWatermark) {
        if (watermark < highWatermark || watermark > end) {
          world.violation(
              "%s: the high watermark went from %d to %d, the log ends at %d"
                  .formatted(this, highWatermark, watermark, end));
        }
        highWatermark = watermark;
        broker.process().observe(() -> read(view));
      }
      checkLeading();
    }

    /**
     * Who has not yet come in sync since an end was lost, with the power of all brokers, may still
     * show it; who has is looked at from the beginning on.
     */
    private boolean counts() {
      if (losses != ledger.losses()) {
        losses = ledger.losses();
        counts = false;
        checked = 0;
        highWatermark = 0;
        logEnd = 0;
      }
      if (!counts) {
        PartitionImage state = metadata.state(partition.topic(), partition.id());
        counts = state != null && state.inSync().contains(broker.id) && metadata.isThisLife(broker);
      }
      return counts;
    }

    private void checkLeading() {
      if (!partition.isLeading()) {
        return;
      }
      int epoch = partition.leaderEpoch();
      if (leading != epoch) {
        leading = epoch;
        String self = broker + " in life " + life;
        String other = leaders.putIfAbsent(new Leader(partition.toString(), epoch), self);
        if (other != null && !other.equals(self)) {
          world.violation("%s and %s lead %s in epoch %d".formatted(self, other, partition, epoch));
        }
      }
      if (partition.isReadable()
          && highWatermark < ledger.end()
          && epoch == metadata.leaderEpoch(partition)) {
        world.violation(
            "%s leads in epoch %d and answers with watermark %d, but %d are committed"
                .formatted(this, epoch, highWatermark, ledger.end()));
      }
    }

    /** What has come below the watermark. */
    private void read(LogView view) {
      try {
        while (checked < highWatermark) {
          ReadResult result = view.tryRead(checked, 1 << 20, true, Isolation.HIGH_WATERMARK);
          if (result instanceof ReadResult.Cold) {
            result = view.read(checked, 1 << 20, true, Isolation.HIGH_WATERMARK);
          }
          if (!(result instanceof ReadResult.Records records)) {
            world.violation(this + ": reading at " + checked + " found " + result);
            return;
          }
          ByteBuffer bytes = ByteBuffer.allocate(records.slice().length());
          try {
            records.slice().file().read(bytes, records.slice().position());
          } finally {
            records.slice().release();
          }
          long next = ledger.shown(toString(), bytes.flip(), checked, highWatermark);
          if (next == checked) {
            world.violation(this + ": no whole batch at " + checked);
          }
          checked = next;
        }
      } catch (IOException e) {
        world.violation(this + ": cannot be read: " + e);
      }
    }

    @Override
    public String toString() {
      return partition + " of " + broker;
    }
  }

  Invariants(ClusterWorld world) {
    this.world = world;
    this.metadata = world.metadata();
  }

  /** Throws if something does not hold. */
  void check() {
    if (events++ % LOOK_UP_EVENTS == 0) {
      lookUp();
    }
    world.powerCuts().decide();
    for (int i = 0; i < replicas.size(); i++) {
      replicas.get(i).check();
    }
  }

  private void lookUp() {
    replicas.removeIf(replica -> !replica.isCurrent() || isReplaced(replica));
    for (BrokerMachine broker : world.cluster().brokers()) {
      if (broker.isServing()) {
        for (Partition partition : broker.core().partitions().all()) {
          if (replicas.stream().noneMatch(known -> known.partition == partition)) {
            replicas.add(new Replica(broker, partition));
          }
        }
      }
    }
  }

  private static boolean isReplaced(Replica replica) {
    Partition partition = replica.partition;
    return replica.broker.core().partitions().get(partition.topic(), partition.id()) != partition;
  }

  /**
   * Whether all is as if nothing had ever happened: every broker knows the same metadata, every
   * replica is in sync and has all that is committed.
   */
  boolean isAgreed() {
    for (BrokerMachine broker : world.cluster().brokers()) {
      if (!broker.isRegistered() || broker.isFenced() || !metadata.agrees(broker.image())) {
        return false;
      }
      for (TopicImage topic : broker.image().topics().values()) {
        for (int id = 0; id < topic.partitions().size(); id++) {
          if (!hasAll(broker, topic, id)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean hasAll(BrokerMachine broker, TopicImage topic, int id) {
    PartitionImage state = topic.partitions().get(id);
    Partition partition = broker.core().partitions().get(topic.name(), id);
    return state.hasLeader()
        && state.inSync().size() == state.replicas().size()
        && partition != null
        && partition.isOpen()
        && partition.failure() == null
        && partition.view().highWatermark() == partition.view().logEndOffset()
        && partition.view().highWatermark() == world.ledger(topic.name(), id).end();
  }

  /** What there is, for a message. */
  String describe() {
    StringBuilder text = new StringBuilder();
    for (ControllerMachine controller : world.cluster().controllers()) {
      text.append(
          "\n%s: %s%s"
              .formatted(
                  controller,
                  controller.isAlive() ? "runs" : "is down",
                  controller.isActive() ? ", active" : ""));
    }
    for (BrokerMachine broker : world.cluster().brokers()) {
      text.append(
          "\n%s: %s, life %d, registered %s, fenced %s %s"
              .formatted(
                  broker,
                  broker.isAlive() ? "runs" : "is down",
                  broker.life(),
                  broker.isRegistered(),
                  broker.isFenced(),
                  broker.trouble()));
      if (broker.isServing()) {
        ClusterImage image = broker.image();
        text.append("\n  knows revision ").append(image.revision());
        for (Partition partition : broker.core().partitions().all()) {
          text.append("\n  ").append(describe(partition, image));
        }
      }
    }
    return text.append("\n").append(metadata.describe()).toString();
  }

  private String describe(Partition partition, ClusterImage image) {
    String log =
        partition.isOpen()
            ? "log end %d, watermark %d"
                .formatted(partition.view().logEndOffset(), partition.view().highWatermark())
            : "closed";
    return "%s: %s of %d committed, leads %s, epoch %d, %s %s"
        .formatted(
            partition,
            log,
            world.ledger(partition.topic(), partition.id()).end(),
            partition.isLeading(),
            partition.leaderEpoch(),
            image.partition(partition.topic(), partition.id()),
            partition.failure() == null ? "" : partition.failure());
  }
}
