package io.myelin.simulation;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * Creates a topic, writes to it and deletes it, under the same name again and again. What was
 * acknowledged of that survives every crash; a new topic shows nothing of its predecessor.
 */
final class TopicChurner extends Client {
  private static final String TOPIC = "churned";

  /** What the last request that was acknowledged made of it; unknown after any other. */
  private enum Known {
    PRESENT,
    ABSENT,
    UNKNOWN
  }

  private Known known = Known.ABSENT;
  private boolean fresh;

  TopicChurner(World world, String name) {
    super(world, name);
  }

  @Override
  void onConnected() {
    call(
        ApiKeys.METADATA,
        9,
        new MetadataRequestData()
            .setAllowAutoTopicCreation(false)
            .setTopics(List.of(new MetadataRequestTopic().setName(TOPIC))),
        MetadataResponseData.class,
        answer -> {
          Errors error = Errors.forCode(answer.topics().iterator().next().errorCode());
          Known found = error == Errors.NONE ? Known.PRESENT : Known.ABSENT;
          if (known != Known.UNKNOWN && found != known) {
            world.violation(name + ": the topic is " + found + " (" + error + "), not " + known);
          }
          // What a request without a good answer did is in doubt until another one has had it: its
          // transaction may be in the store although nobody has seen it, and come out with a
          // restart.
          later(world.random().nextInt(300), found == Known.PRESENT ? this::use : this::create);
        });
  }

  private void create() {
    known = Known.UNKNOWN;
    call(
        ApiKeys.CREATE_TOPICS,
        TopicRequests.VERSION,
        TopicRequests.create(TOPIC, 2, 1, Map.of(), 5_000),
        org.apache.kafka.common.message.CreateTopicsResponseData.class,
        answer -> {
          if (answer.topics().iterator().next().errorCode() == 0) {
            known = Known.PRESENT;
            fresh = true;
            world.coverage().topicsCreated++;
          }
          onConnected();
        });
  }

  private void use() {
    if (!fresh) {
      delete();
      return;
    }
    fresh = false;
    TopicProduceDataCollection topics = new TopicProduceDataCollection();
    topics.add(
        new TopicProduceData()
            .setName(TOPIC)
            .setPartitionData(
                List.of(
                    new PartitionProduceData()
                        .setIndex(1)
                        .setRecords(
                            MemoryRecords.withRecords(
                                Compression.NONE, new SimpleRecord(new byte[100]))))));
    call(
        ApiKeys.PRODUCE,
        12,
        new ProduceRequestData().setAcks((short) -1).setTimeoutMs(3000).setTopicData(topics),
        ProduceResponseData.class,
        answer -> {
          var result = answer.responses().iterator().next().partitionResponses().getFirst();
          Errors error = Errors.forCode(result.errorCode());
          if (error == Errors.NONE && result.baseOffset() != 0) {
            world.violation(name + ": a new topic's first record is at " + result.baseOffset());
          }
          if (error == Errors.UNKNOWN_TOPIC_OR_PARTITION) {
            world.violation(name + ": an acknowledged topic is not there");
          }
          delete();
        });
  }

  private void delete() {
    known = Known.UNKNOWN;
    call(
        ApiKeys.DELETE_TOPICS,
        5,
        new DeleteTopicsRequestData().setTopicNames(List.of(TOPIC)).setTimeoutMs(5000),
        DeleteTopicsResponseData.class,
        answer -> {
          if (answer.responses().iterator().next().errorCode() == 0) {
            known = Known.ABSENT;
            world.coverage().topicsDeleted++;
          }
          onConnected();
        });
  }
}
