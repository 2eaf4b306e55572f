package io.myelin.broker.api.group;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.GroupRequest;
import io.myelin.broker.coordinator.group.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * OffsetCommit: answered when the offsets are committed to the log. Offsets of partitions that do
 * not exist are refused here; the coordinator decides on the rest.
 *
 * <p>Pipelined: the group's mailbox decides the order; a consumer that commits asynchronously sends
 * several.
 */
public final class OffsetCommitHandler
    implements ApiHandler<OffsetCommitRequestData, OffsetCommitResponseData> {
  private static final int GROUP_NOT_FOUND_VERSION = 9; // KIP-848
  private static final int TOPIC_ID_VERSION = 10;

  private final GroupCoordinator groups;
  private final TopicNames topics;

  public OffsetCommitHandler(GroupCoordinator groups, TopicNames topics) {
    this.groups = groups;
    this.topics = topics;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.OFFSET_COMMIT;
  }

  @Override
  public Ordering ordering() {
    return Ordering.PIPELINED;
  }

  @Override
  public CompletionStage<OffsetCommitResponseData> handle(
      RequestContext context, OffsetCommitRequestData request) {
    boolean byId = context.apiVersion() >= TOPIC_ID_VERSION;
    List<OffsetCommitRequestTopic> known = new ArrayList<>();
    OffsetCommitResponseData refused = new OffsetCommitResponseData();
    for (OffsetCommitRequestTopic topic : request.topics()) {
      Errors error = resolve(topic, byId);
      if (error != Errors.NONE) {
        refused.topics().add(refuse(topic, topic.partitions(), error));
      } else {
        keepExisting(topic, known, refused);
      }
    }
    if (known.isEmpty()) {
      return CompletableFuture.completedStage(refused);
    }
    OffsetCommitRequestData toCommit = request.duplicate().setTopics(known);
    return GroupErrors.orError(
            groups.<OffsetCommitResponseData>submit(
                request.groupId(),
                to ->
                    new GroupRequest.CommitOffsets(
                        toCommit, context.apiVersion() >= GROUP_NOT_FOUND_VERSION, to)),
            error -> {
              OffsetCommitResponseData response = new OffsetCommitResponseData();
              known.forEach(t -> response.topics().add(refuse(t, t.partitions(), error)));
              return response;
            })
        .thenApply(response -> merge(response, refused));
  }

  /** Fills in the topic's name or id, whichever the client did not send. */
  private Errors resolve(OffsetCommitRequestTopic topic, boolean byId) {
    if (byId) {
      Optional<String> name = topics.name(topic.topicId());
      name.ifPresent(topic::setName);
      return name.isPresent() ? Errors.NONE : Errors.UNKNOWN_TOPIC_ID;
    }
    Optional<Uuid> id = topics.id(topic.name());
    topic.setTopicId(id.orElse(Uuid.ZERO_UUID));
    return id.isPresent() ? Errors.NONE : Errors.UNKNOWN_TOPIC_OR_PARTITION;
  }

  private void keepExisting(
      OffsetCommitRequestTopic topic,
      List<OffsetCommitRequestTopic> known,
      OffsetCommitResponseData refused) {
    List<OffsetCommitRequestPartition> existing = new ArrayList<>();
    List<OffsetCommitRequestPartition> missing = new ArrayList<>();
    for (OffsetCommitRequestPartition partition : topic.partitions()) {
      (topics.exists(topic.name(), partition.partitionIndex()) ? existing : missing).add(partition);
    }
    if (!existing.isEmpty()) {
      known.add(
          new OffsetCommitRequestTopic()
              .setName(topic.name())
              .setTopicId(topic.topicId())
              .setPartitions(existing));
    }
    if (!missing.isEmpty()) {
      refused.topics().add(refuse(topic, missing, Errors.UNKNOWN_TOPIC_OR_PARTITION));
    }
  }

  private static OffsetCommitResponseTopic refuse(
      OffsetCommitRequestTopic topic, List<OffsetCommitRequestPartition> partitions, Errors error) {
    OffsetCommitResponseTopic response =
        new OffsetCommitResponseTopic().setName(topic.name()).setTopicId(topic.topicId());
    for (OffsetCommitRequestPartition partition : partitions) {
      response
          .partitions()
          .add(
              new OffsetCommitResponsePartition()
                  .setPartitionIndex(partition.partitionIndex())
                  .setErrorCode(error.code()));
    }
    return response;
  }

  /** A topic of which only some partitions exist is answered in one place. */
  private static OffsetCommitResponseData merge(
      OffsetCommitResponseData response, OffsetCommitResponseData refused) {
    for (OffsetCommitResponseTopic topic : refused.topics()) {
      response.topics().stream()
          .filter(t -> t.name().equals(topic.name()) && t.topicId().equals(topic.topicId()))
          .findFirst()
          .ifPresentOrElse(
              t -> t.partitions().addAll(topic.partitions()), () -> response.topics().add(topic));
    }
    return response;
  }
}
