package io.myelin.broker.api.group;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.GroupRequest;
import io.myelin.broker.coordinator.group.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartition;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * OffsetFetch; since version 8 for several groups, since version 10 by topic ids.
 *
 * <p>Pipelined: the mailboxes decide the order; a fetch sees every commit that its connection sent
 * before, and tells only what is committed. So {@code requireStable} needs nothing more, until
 * transactions commit offsets.
 */
public final class OffsetFetchHandler
    implements ApiHandler<OffsetFetchRequestData, OffsetFetchResponseData> {
  private static final int TOP_LEVEL_ERROR_VERSION = 2;
  private static final int BATCH_VERSION = 8; // KIP-709
  private static final int TOPIC_ID_VERSION = 10;

  private final GroupCoordinator groups;
  private final TopicNames topics;

  public OffsetFetchHandler(GroupCoordinator groups, TopicNames topics) {
    this.groups = groups;
    this.topics = topics;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.OFFSET_FETCH;
  }

  @Override
  public Ordering ordering() {
    return Ordering.PIPELINED;
  }

  @Override
  public CompletionStage<OffsetFetchResponseData> handle(
      RequestContext context, OffsetFetchRequestData request) {
    int version = context.apiVersion();
    if (version < BATCH_VERSION) {
      OffsetFetchRequestGroup group = onlyGroup(request);
      return fetch(group, false).thenApply(answer -> single(group, answer, version));
    }
    List<CompletionStage<OffsetFetchResponseGroup>> answers = new ArrayList<>();
    for (OffsetFetchRequestGroup group : request.groups()) {
      answers.add(fetch(group, version >= TOPIC_ID_VERSION));
    }
    return GroupErrors.all(answers)
        .thenApply(list -> new OffsetFetchResponseData().setGroups(list));
  }

  private CompletionStage<OffsetFetchResponseGroup> fetch(
      OffsetFetchRequestGroup group, boolean byId) {
    List<OffsetFetchResponseTopics> unknown = new ArrayList<>();
    OffsetFetchRequestGroup known =
        byId && group.topics() != null ? resolve(group, unknown) : group;
    return GroupErrors.orError(
            groups.<OffsetFetchResponseGroup>submit(
                group.groupId(), to -> new GroupRequest.FetchOffsets(known, to)),
            error -> error(group, error))
        .thenApply(
            answer -> {
              if (byId && group.topics() == null) {
                addIds(answer);
              }
              answer.topics().addAll(unknown);
              return answer;
            });
  }

  /** Topics get their names; ids that nobody knows are answered here. */
  private OffsetFetchRequestGroup resolve(
      OffsetFetchRequestGroup group, List<OffsetFetchResponseTopics> unknown) {
    List<OffsetFetchRequestTopics> known = new ArrayList<>();
    for (OffsetFetchRequestTopics topic : group.topics()) {
      Optional<String> name = topics.name(topic.topicId());
      if (name.isPresent()) {
        known.add(topic.setName(name.get()));
      } else {
        OffsetFetchResponseTopics answer =
            new OffsetFetchResponseTopics().setTopicId(topic.topicId());
        topic
            .partitionIndexes()
            .forEach(p -> answer.partitions().add(none(p, Errors.UNKNOWN_TOPIC_ID)));
        unknown.add(answer);
      }
    }
    return group.duplicate().setTopics(known);
  }

  /** Offsets of topics that are gone have no id to tell them by. */
  private void addIds(OffsetFetchResponseGroup answer) {
    answer.topics().forEach(t -> t.setTopicId(topics.id(t.name()).orElse(Uuid.ZERO_UUID)));
    answer.topics().removeIf(t -> t.topicId().equals(Uuid.ZERO_UUID));
  }

  private static OffsetFetchResponseGroup error(OffsetFetchRequestGroup group, Errors error) {
    return new OffsetFetchResponseGroup()
        .setGroupId(group.groupId())
        .setErrorCode(error.code())
        .setTopics(new ArrayList<>());
  }

  private static OffsetFetchResponsePartitions none(int partition, Errors error) {
    return new OffsetFetchResponsePartitions()
        .setPartitionIndex(partition)
        .setCommittedOffset(-1)
        .setCommittedLeaderEpoch(-1)
        .setMetadata("")
        .setErrorCode(error.code());
  }

  // Versions 1 to 7: one group, spelled differently

  private static OffsetFetchRequestGroup onlyGroup(OffsetFetchRequestData request) {
    OffsetFetchRequestGroup group = new OffsetFetchRequestGroup().setGroupId(request.groupId());
    if (request.topics() == null) {
      return group.setTopics(null);
    }
    List<OffsetFetchRequestTopics> topics = new ArrayList<>();
    request
        .topics()
        .forEach(
            t ->
                topics.add(
                    new OffsetFetchRequestTopics()
                        .setName(t.name())
                        .setPartitionIndexes(t.partitionIndexes())));
    return group.setTopics(topics);
  }

  private static OffsetFetchResponseData single(
      OffsetFetchRequestGroup request, OffsetFetchResponseGroup answer, int version) {
    OffsetFetchResponseData response = new OffsetFetchResponseData();
    List<OffsetFetchResponseTopics> topics = answer.topics();
    if (answer.errorCode() != Errors.NONE.code()) {
      if (version >= TOP_LEVEL_ERROR_VERSION) {
        return response.setErrorCode(answer.errorCode());
      }
      topics = everywhere(request, Errors.forCode(answer.errorCode()));
    }
    for (OffsetFetchResponseTopics topic : topics) {
      OffsetFetchResponseTopic one = new OffsetFetchResponseTopic().setName(topic.name());
      response.topics().add(one);
      for (OffsetFetchResponsePartitions partition : topic.partitions()) {
        one.partitions()
            .add(
                new OffsetFetchResponsePartition()
                    .setPartitionIndex(partition.partitionIndex())
                    .setCommittedOffset(partition.committedOffset())
                    .setCommittedLeaderEpoch(partition.committedLeaderEpoch())
                    .setMetadata(partition.metadata())
                    .setErrorCode(partition.errorCode()));
      }
    }
    return response;
  }

  private static List<OffsetFetchResponseTopics> everywhere(
      OffsetFetchRequestGroup request, Errors error) {
    List<OffsetFetchResponseTopics> topics = new ArrayList<>();
    if (request.topics() != null) {
      for (OffsetFetchRequestTopics topic : request.topics()) {
        OffsetFetchResponseTopics answer = new OffsetFetchResponseTopics().setName(topic.name());
        topic.partitionIndexes().forEach(p -> answer.partitions().add(none(p, error)));
        topics.add(answer);
      }
    }
    return topics;
  }
}
