package io.myelin.simulation.cluster;

import io.myelin.simulation.Values;
import io.myelin.simulation.cluster.ClusterCoverage.Count;
import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * Reads one partition from its beginning on, with the leader epochs that it knows (KIP-320), and
 * starts over now and then.
 */
final class ClusterConsumer extends ClusterClient {
  /** The last version that names topics. */
  private static final int VERSION = 12;

  private final PartitionLedger source;
  private long position;
  private int leaderEpoch = -1;
  private int lastEpoch = -1;
  private int losses;

  ClusterConsumer(ClusterWorld world, String name, PartitionLedger source) {
    super(world, name);
    this.source = source;
  }

  PartitionLedger source() {
    return source;
  }

  /** What it reads next. */
  long position() {
    return position;
  }

  @Override
  void locate() {
    locateLeader(source, epoch -> leaderEpoch = epoch);
  }

  @Override
  void onConnected() {
    call(
        ApiKeys.FETCH,
        VERSION,
        new FetchRequestData()
            .setReplicaId(-1)
            .setMaxBytes(1 << 20)
            .setMaxWaitMs(world.random().nextInt(300))
            .setMinBytes(1)
            .setSessionEpoch(-1)
            .setTopics(
                List.of(
                    new FetchTopic()
                        .setTopic(source.topic())
                        .setPartitions(
                            List.of(
                                new FetchPartition()
                                    .setPartition(source.id())
                                    .setCurrentLeaderEpoch(leaderEpoch)
                                    .setLastFetchedEpoch(lastEpoch)
                                    .setFetchOffset(position)
                                    .setPartitionMaxBytes(40_000))))),
        FetchResponseData.class,
        answer -> take(answer.responses().getFirst().partitions().getFirst()));
  }

  private void take(PartitionData data) {
    switch (Errors.forCode(data.errorCode())) {
      case NONE -> {
        if (data.divergingEpoch().epoch() >= 0) {
          if (!startsOverAfterLoss()) {
            world.violation(
                "%s: what was read below %d of %s is said to diverge at %s"
                    .formatted(name, position, source, data.divergingEpoch()));
          }
          return;
        }
        read(data);
        if (world.random().nextInt(100) == 0) {
          startOver();
        } else {
          later(10 + world.random().nextInt(60), this::onConnected);
        }
      }
      case OFFSET_OUT_OF_RANGE -> {
        // A new leader may know a lower watermark at first, never a lower log end (KIP-207).
        if (startsOverAfterLoss()) {
          return;
        }
        if (isAtNewestLeader(source.topic(), source.id())) {
          world.violation(name + ": " + position + " of " + source + " is out of range");
        }
        reconnect();
      }
      case NOT_LEADER_OR_FOLLOWER,
          FENCED_LEADER_EPOCH,
          UNKNOWN_LEADER_EPOCH,
          OFFSET_NOT_AVAILABLE,
          UNKNOWN_TOPIC_OR_PARTITION,
          KAFKA_STORAGE_ERROR ->
          later(20, this::reconnect);
      default -> world.violation(name + ": fetch failed: " + Errors.forCode(data.errorCode()));
    }
  }

  /** Whether what it has read was lost, with the power of all brokers. */
  private boolean startsOverAfterLoss() {
    boolean lost = source.hasLostBefore(position, losses);
    if (lost) {
      startOver();
    }
    return lost;
  }

  private void startOver() {
    position = 0;
    lastEpoch = -1;
    losses = source.losses();
    reconnect();
  }

  private void read(PartitionData data) {
    for (RecordBatch batch : ((MemoryRecords) data.records()).batches()) {
      batch.ensureValid();
      for (Record record : batch) {
        if (record.offset() >= position) {
          if (record.offset() != position) {
            world.violation(name + ": a gap of " + source + " before " + record.offset());
          }
          source.told("served", record.offset(), String.valueOf(Values.nameOf(record.value())));
          world.coverage().count(Count.RECORDS_READ);
          position++;
          lastEpoch = batch.partitionLeaderEpoch();
        }
      }
    }
  }
}
