package io.myelin.broker.api.fetch;

import io.myelin.broker.api.FileSlices;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.log.Isolation;
import io.myelin.log.LogView;
import io.myelin.log.ReadResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.EpochEndOffset;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.jboss.logging.Logger;

/** Reads one partition for a fetch. Stateless. */
final class PartitionReader {
  private static final Logger log = Logger.getLogger(PartitionReader.class);
  private static final byte READ_COMMITTED = 1;

  /** Clients of older versions do not know that they may be sent to a follower (KIP-392). */
  private static final short FOLLOWERS_SINCE = 11;

  private final Partitions partitions;
  private final ReadReplicas replicas;
  private final String rack;
  private final boolean fromFollowers;
  private final Isolation isolation;

  PartitionReader(
      Partitions partitions, ReadReplicas replicas, FetchRequestData request, short version) {
    this.partitions = partitions;
    this.replicas = replicas;
    this.rack = request.rackId();
    this.fromFollowers = version >= FOLLOWERS_SINCE;
    this.isolation =
        request.isolationLevel() == READ_COMMITTED
            ? Isolation.LAST_STABLE
            : Isolation.HIGH_WATERMARK;
  }

  /** The replica here, or null. */
  Partition partition(FetchPartition wanted) {
    FetchPartition.Key key = wanted.key();
    String topic = topic(key);
    return topic == null ? null : partitions.get(topic, key.partition());
  }

  /** The topic's name, or null. */
  private String topic(FetchPartition.Key key) {
    return key.topicId() == null ? key.topic() : partitions.name(key.topicId());
  }

  /** The answer for {@code wanted} with so many bytes goes out. */
  void sent(FetchPartition wanted, int bytes) {
    Partition partition = partition(wanted);
    if (partition != null) {
      partition.sent(bytes);
    }
  }

  /**
   * The answer for {@code wanted}, or null when the bytes are not in memory and {@code mayBlock} is
   * false.
   *
   * @param bytesMax what is left of the response
   * @param atLeastOneBatch whether a batch larger than that is returned all the same
   */
  PartitionData read(
      FetchPartition wanted, int bytesMax, boolean atLeastOneBatch, boolean mayBlock) {
    Partition partition = partition(wanted);
    Errors refusal = refusal(wanted, partition);
    if (refusal != Errors.NONE) {
      return failed(wanted, refusal);
    }
    LogView view = partition.view();
    if (view == null) {
      return partition.failure() == null
          ? opening(wanted)
          : failed(wanted, Errors.KAFKA_STORAGE_ERROR);
    }
    EpochEndOffset diverging = divergence(wanted, view);
    if (!partition.isLeading() && (diverging != null || !isWithin(wanted.fetchOffset(), view))) {
      // A follower may be behind: what there is not, only the leader can say.
      return failed(wanted, Errors.NOT_LEADER_OR_FOLLOWER);
    }
    if (diverging != null) {
      return answer(wanted, view).setDivergingEpoch(diverging);
    }
    Optional<Integer> better = better(wanted, partition, view);
    if (better.isPresent()) {
      return answer(wanted, view).setPreferredReadReplica(better.get());
    }
    if (bytesMax <= 0 && !atLeastOneBatch && isWithin(wanted.fetchOffset(), view)) {
      return answer(wanted, view); // its turn comes with the next fetch
    }
    int limit = Math.min(bytesMax, wanted.bytesMax());
    try {
      ReadResult result =
          mayBlock
              ? view.read(wanted.fetchOffset(), limit, atLeastOneBatch, isolation)
              : view.tryRead(wanted.fetchOffset(), limit, atLeastOneBatch, isolation);
      return switch (result) {
        case ReadResult.Records records -> records(wanted, view, records);
        case ReadResult.NothingYet nothing -> answer(wanted, view);
        case ReadResult.OutOfRange outside -> failed(wanted, Errors.OFFSET_OUT_OF_RANGE);
        case ReadResult.Cold cold -> null;
      };
    } catch (IOException e) {
      log.errorf(
          "Could not read %s-%d at offset %d: %s",
          partition.topic(), partition.id(), wanted.fetchOffset(), e.getMessage());
      return failed(wanted, Errors.KAFKA_STORAGE_ERROR);
    }
  }

  /** Whether the answer for {@code wanted} would be records, or none yet; never blocks. */
  boolean isReadable(FetchPartition wanted) {
    Partition partition = partition(wanted);
    if (refusal(wanted, partition) != Errors.NONE) {
      return false;
    }
    LogView view = partition.view();
    return view != null
        && divergence(wanted, view) == null
        && isWithin(wanted.fetchOffset(), view)
        && better(wanted, partition, view).isEmpty();
  }

  /** A replica in sync has all that is committed: whoever reads beyond that stays here. */
  private Optional<Integer> better(FetchPartition wanted, Partition partition, LogView view) {
    return partition.isLeading()
            && wanted.fetchOffset() >= view.logStartOffset()
            && wanted.fetchOffset() <= view.highWatermark()
        ? replicas.preferred(partition, rack)
        : Optional.empty();
  }

  /** About how many bytes {@code wanted} could get if it had the whole response. */
  long readableBytes(FetchPartition wanted) {
    Partition partition = partition(wanted);
    LogView view = partition == null ? null : partition.view();
    return view == null
        ? 0
        : Math.min(view.bytesAfter(wanted.fetchOffset(), isolation), wanted.bytesMax());
  }

  private static boolean isWithin(long offset, LogView view) {
    return offset >= view.logStartOffset() && offset <= view.logEndOffset();
  }

  private Errors missing(FetchPartition.Key key) {
    String topic = topic(key);
    if (topic != null && partitions.isElsewhere(topic, key.partition())) {
      return Errors.NOT_LEADER_OR_FOLLOWER;
    }
    return key.topicId() == null ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.UNKNOWN_TOPIC_ID;
  }

  private Errors refusal(FetchPartition wanted, Partition partition) {
    FetchPartition.Key key = wanted.key();
    if (partition == null) {
      return missing(key);
    }
    if (!partition.isLeading() && !fromFollowers) {
      return Errors.NOT_LEADER_OR_FOLLOWER;
    }
    int epoch = wanted.currentLeaderEpoch();
    if (epoch >= 0 && epoch < partition.leaderEpoch()) {
      return Errors.FENCED_LEADER_EPOCH;
    }
    return epoch > partition.leaderEpoch() ? Errors.UNKNOWN_LEADER_EPOCH : Errors.NONE;
  }

  /** Where the reader's log and this one part (KIP-595), or null where they agree. */
  private static EpochEndOffset divergence(FetchPartition wanted, LogView view) {
    if (wanted.lastFetchedEpoch() < 0) {
      return null;
    }
    LogView.EpochEnd end = view.endOffsetFor(wanted.lastFetchedEpoch());
    return end.epoch() < wanted.lastFetchedEpoch() || end.endOffset() < wanted.fetchOffset()
        ? new EpochEndOffset().setEpoch(end.epoch()).setEndOffset(end.endOffset())
        : null;
  }

  private PartitionData records(FetchPartition wanted, LogView view, ReadResult.Records records) {
    PartitionData data = answer(wanted, view).setRecords(new FileSlices(records.slice()));
    if (isolation == Isolation.LAST_STABLE) {
      List<AbortedTransaction> aborted = new ArrayList<>(records.aborted().size());
      for (ReadResult.AbortedTransaction transaction : records.aborted()) {
        aborted.add(
            new AbortedTransaction()
                .setProducerId(transaction.producerId())
                .setFirstOffset(transaction.firstOffset()));
      }
      data.setAbortedTransactions(aborted);
    }
    return data;
  }

  private PartitionData answer(FetchPartition wanted, LogView view) {
    return new PartitionData()
        .setPartitionIndex(wanted.key().partition())
        .setHighWatermark(view.highWatermark())
        .setLastStableOffset(view.lastStableOffset())
        .setLogStartOffset(view.logStartOffset())
        .setAbortedTransactions(isolation == Isolation.LAST_STABLE ? List.of() : null)
        .setRecords(MemoryRecords.EMPTY);
  }

  /** The log is still being recovered: as if there were nothing to read yet. */
  private static PartitionData opening(FetchPartition wanted) {
    return failed(wanted, Errors.NONE);
  }

  private static PartitionData failed(FetchPartition wanted, Errors error) {
    return new PartitionData()
        .setPartitionIndex(wanted.key().partition())
        .setErrorCode(error.code())
        .setHighWatermark(-1)
        .setRecords(MemoryRecords.EMPTY);
  }
}
