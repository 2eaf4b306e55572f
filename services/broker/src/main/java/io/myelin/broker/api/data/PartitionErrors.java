package io.myelin.broker.api.data;

import io.myelin.broker.partition.AppendOutcome;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.log.AppendResult;
import io.myelin.log.record.Verdict;
import org.apache.kafka.common.protocol.Errors;

/** Kafka's error codes for what happens to records. */
final class PartitionErrors {
  private PartitionErrors() {}

  static Errors of(AppendOutcome outcome) {
    return switch (outcome) {
      case AppendOutcome.Stored stored -> Errors.NONE;
      case AppendOutcome.Invalid invalid -> of(invalid.verdict().reason());
      case AppendOutcome.Refused refused -> of(refused.result());
      case AppendOutcome.NotLeader notLeader -> Errors.NOT_LEADER_OR_FOLLOWER;
      case AppendOutcome.NotEnoughReplicas few ->
          few.appended() ? Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND : Errors.NOT_ENOUGH_REPLICAS;
      case AppendOutcome.Offline offline -> Errors.KAFKA_STORAGE_ERROR;
      case AppendOutcome.TimedOut timedOut -> Errors.REQUEST_TIMED_OUT;
    };
  }

  static Errors of(Verdict.Reason reason) {
    return switch (reason) {
      case CORRUPT_MESSAGE -> Errors.CORRUPT_MESSAGE;
      case INVALID_RECORD -> Errors.INVALID_RECORD;
      case INVALID_TIMESTAMP -> Errors.INVALID_TIMESTAMP;
      case MESSAGE_TOO_LARGE -> Errors.MESSAGE_TOO_LARGE;
      case UNSUPPORTED_FOR_MESSAGE_FORMAT -> Errors.UNSUPPORTED_FOR_MESSAGE_FORMAT;
      case UNSUPPORTED_COMPRESSION_TYPE -> Errors.UNSUPPORTED_COMPRESSION_TYPE;
    };
  }

  static Errors of(AppendResult result) {
    return switch (result) {
      case AppendResult.Appended appended -> Errors.NONE;
      case AppendResult.Duplicate duplicate -> Errors.NONE;
      case AppendResult.OutOfOrderSequence refused -> Errors.OUT_OF_ORDER_SEQUENCE_NUMBER;
      case AppendResult.InvalidProducerEpoch refused -> Errors.INVALID_PRODUCER_EPOCH;
      case AppendResult.InvalidTransactionState refused -> Errors.INVALID_TXN_STATE;
      case AppendResult.StorageFull refused -> Errors.KAFKA_STORAGE_ERROR;
      case AppendResult.Failed failed -> Errors.KAFKA_STORAGE_ERROR;
    };
  }

  /** What is said of a partition without a replica here. */
  static Errors missing(Partitions partitions, String topic, int partition) {
    return partitions.isElsewhere(topic, partition)
        ? Errors.NOT_LEADER_OR_FOLLOWER
        : Errors.UNKNOWN_TOPIC_OR_PARTITION;
  }

  /** What is said of a partition whose log cannot be used: an error of it, or it has left. */
  static Errors unusable(Partition partition) {
    return partition.isLeading() ? Errors.KAFKA_STORAGE_ERROR : Errors.NOT_LEADER_OR_FOLLOWER;
  }

  /** What the client shows to its user, or null where the code says it all. */
  static String message(AppendOutcome outcome) {
    return switch (outcome) {
      case AppendOutcome.Invalid invalid -> invalid.verdict().message();
      case AppendOutcome.Refused refused -> message(refused.result());
      case AppendOutcome.Offline offline -> offline.message();
      case AppendOutcome.Stored stored -> null;
      case AppendOutcome.NotLeader notLeader -> null;
      case AppendOutcome.NotEnoughReplicas few -> null;
      case AppendOutcome.TimedOut timedOut -> null;
    };
  }

  private static String message(AppendResult result) {
    return switch (result) {
      case AppendResult.OutOfOrderSequence refused -> refused.message();
      case AppendResult.InvalidProducerEpoch refused -> refused.message();
      case AppendResult.InvalidTransactionState refused -> refused.message();
      case AppendResult.StorageFull refused -> refused.message();
      case AppendResult.Failed failed -> failed.cause().getMessage();
      case AppendResult.Appended appended -> null;
      case AppendResult.Duplicate duplicate -> null;
    };
  }
}
