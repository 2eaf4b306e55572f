package io.myelin.simulation;

import java.util.List;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** Deletes old records of one partition now and then. */
final class Trimmer extends Client {
  private final PartitionHistory target;

  Trimmer(World world, String name, PartitionHistory target) {
    super(world, name);
    this.target = target;
  }

  @Override
  void onConnected() {
    later(300 + world.random().nextInt(1500), this::trim);
  }

  private void trim() {
    long offset = world.random().nextInt((int) target.knownEnd() + 1);
    target.deletionAsked(offset);
    call(
        ApiKeys.DELETE_RECORDS,
        2,
        new DeleteRecordsRequestData()
            .setTimeoutMs(5000)
            .setTopics(
                List.of(
                    new DeleteRecordsTopic()
                        .setName(target.topic())
                        .setPartitions(
                            List.of(
                                new DeleteRecordsPartition()
                                    .setPartitionIndex(target.id())
                                    .setOffset(offset))))),
        DeleteRecordsResponseData.class,
        answer -> {
          var result = answer.topics().iterator().next().partitions().iterator().next();
          switch (Errors.forCode(result.errorCode())) {
            case NONE -> {
              if (result.lowWatermark() < offset) {
                world.violation(name + ": asked for " + offset + ", got " + result.lowWatermark());
              }
              world.coverage().recordsDeleted++;
            }
            case KAFKA_STORAGE_ERROR, REQUEST_TIMED_OUT, NOT_LEADER_OR_FOLLOWER -> {}
            default -> world.violation(name + ": " + Errors.forCode(result.errorCode()));
          }
          onConnected();
        });
  }
}
