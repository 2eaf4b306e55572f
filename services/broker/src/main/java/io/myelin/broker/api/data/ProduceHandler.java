package io.myelin.broker.api.data;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.CloseConnection;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.api.TopicIds;
import io.myelin.broker.image.CurrentLeaders;
import io.myelin.broker.partition.AppendOutcome;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.broker.partition.PendingAppend;
import io.myelin.env.Clock;
import io.myelin.env.Scheduler;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.CompressionType;
import io.myelin.log.record.Verdict;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequiredAcksException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;
import org.apache.kafka.common.message.ProduceResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.ProduceResponseData.NodeEndpoint;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Produce: hands each partition's batch to its shard and answers when all of them are settled.
 *
 * <p>The records are slices of the request's frame from here to the write; therefore the frame is
 * kept until the answer, and an answer is not given before the last append has let go of its bytes.
 */
public final class ProduceHandler implements ApiHandler<ProduceRequestData, ProduceResponseData> {
  private static final short FIRST_VERSION_WITH_TOPIC_IDS = 13;
  private static final short FIRST_VERSION_WITH_ZSTD = 7;

  private final Partitions partitions;
  private final CurrentLeaders leaders;
  private final Clock clock;
  private final Scheduler scheduler;

  public ProduceHandler(
      Partitions partitions, CurrentLeaders leaders, Clock clock, Scheduler scheduler) {
    this.partitions = partitions;
    this.leaders = leaders;
    this.clock = clock;
    this.scheduler = scheduler;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.PRODUCE;
  }

  @Override
  public Ordering ordering() {
    return Ordering.PIPELINED; // each batch stands in its partition's queue when handle() returns
  }

  @Override
  public boolean keepsFrame() {
    return true;
  }

  @Override
  public CompletionStage<ProduceResponseData> handle(
      RequestContext context, ProduceRequestData request) {
    if (request.acks() < -1 || request.acks() > 1) {
      throw new InvalidRequiredAcksException("acks must be -1, 0 or 1, not " + request.acks());
    }
    Call call = new Call(context, request);
    for (TopicProduceData topic : request.topicData()) {
      call.count += topic.partitionData().size();
    }
    call.start();
    return call.result;
  }

  private record Settlement(Call call, PartitionProduceResponse answer)
      implements PendingAppend.Callback {
    @Override
    public void onOutcome(AppendOutcome outcome) {
      call.onOutcome(answer, outcome);
    }
  }

  /** One request under way. Outcomes may come on any thread. */
  private final class Call {
    final RequestContext context;
    final ProduceRequestData request;
    final CompletableFuture<ProduceResponseData> result = new CompletableFuture<>();
    final ProduceResponseData response = new ProduceResponseData();
    final List<PendingAppend> waiting = new ArrayList<>(1);
    int count;
    boolean mayWait;
    AtomicInteger left;
    Scheduler.Timer timeout;

    Call(RequestContext context, ProduceRequestData request) {
      this.context = context;
      this.request = request;
    }

    void start() {
      // One more than there are partitions: nothing is answered before the loop has ended.
      left = new AtomicInteger(count + 1);
      long nowMs = clock.wallMs();
      for (TopicProduceData topic : request.topicData()) {
        String name = nameOf(topic);
        TopicProduceResponse topicResponse =
            new TopicProduceResponse().setName(topic.name()).setTopicId(topic.topicId());
        response.responses().add(topicResponse);
        for (PartitionProduceData data : topic.partitionData()) {
          PartitionProduceResponse answer =
              new PartitionProduceResponse().setIndex(data.index()).setBaseOffset(-1);
          topicResponse.partitionResponses().add(answer);
          append(name, topic.topicId(), data, answer, nowMs);
        }
      }
      if (mayWait && left.get() > 1) {
        timeout = scheduler.after(Math.max(request.timeoutMs(), 0), this::timeOut);
      }
      settled();
    }

    private String nameOf(TopicProduceData topic) {
      return context.apiVersion() >= FIRST_VERSION_WITH_TOPIC_IDS
          ? partitions.name(TopicIds.of(topic.topicId()))
          : topic.name();
    }

    private void append(
        String topic,
        Uuid topicId,
        PartitionProduceData data,
        PartitionProduceResponse answer,
        long nowMs) {
      if (topic == null) {
        fail(
            answer,
            topicId.equals(Uuid.ZERO_UUID)
                ? Errors.INVALID_TOPIC_EXCEPTION
                : Errors.UNKNOWN_TOPIC_ID);
        return;
      }
      Partition partition = partitions.get(topic, data.index());
      if (partition == null) {
        fail(answer, PartitionErrors.missing(partitions, topic, data.index()));
        return;
      }
      if (!partition.isLeading()) {
        fail(answer, Errors.NOT_LEADER_OR_FOLLOWER);
        return;
      }
      ByteBuffer records = recordsOf(data);
      Errors refusal = refusalBeforeValidation(topic, records);
      if (refusal != Errors.NONE) {
        fail(answer, refusal);
        return;
      }
      PendingAppend pending = new PendingAppend(request.acks() == -1, new Settlement(this, answer));
      waiting.add(pending);
      mayWait |= !partition.isOpen();
      partition.append(records, pending, nowMs);
    }

    private Errors refusalBeforeValidation(String topic, ByteBuffer records) {
      if (topic.startsWith("__")
          && Topic.isInternal(topic)
          && !"__admin_client".equals(context.clientId())) {
        return Errors.INVALID_TOPIC_EXCEPTION;
      }
      if (records.remaining() >= BatchLayout.HEADER_BYTES) {
        short attributes = BatchLayout.attributes(records, records.position());
        if (context.apiVersion() < FIRST_VERSION_WITH_ZSTD
            && CompressionType.ofAttributes(attributes) == CompressionType.ZSTD) {
          return Errors.UNSUPPORTED_COMPRESSION_TYPE;
        }
        if ((attributes & BatchLayout.TRANSACTIONAL_FLAG) != 0) {
          return Errors.INVALID_TXN_STATE; // no transaction can have been begun here
        }
      }
      return Errors.NONE;
    }

    private static ByteBuffer recordsOf(PartitionProduceData data) {
      return data.records() instanceof MemoryRecords records
          ? records.buffer()
          : ByteBuffer.allocate(0);
    }

    private void fail(PartitionProduceResponse answer, Errors error) {
      answer.setErrorCode(error.code()).setErrorMessage(error.message());
      settled();
    }

    private void onOutcome(PartitionProduceResponse answer, AppendOutcome outcome) {
      if (outcome instanceof AppendOutcome.Stored stored) {
        answer
            .setBaseOffset(stored.baseOffset())
            .setLogAppendTimeMs(stored.logAppendTimeMs())
            .setLogStartOffset(stored.logStartOffset());
      } else {
        answer.setErrorCode(PartitionErrors.of(outcome).code());
        answer.setErrorMessage(PartitionErrors.message(outcome));
      }
      if (outcome instanceof AppendOutcome.Invalid invalid) {
        for (Verdict.BadRecord bad : invalid.verdict().badRecords()) {
          answer
              .recordErrors()
              .add(
                  new BatchIndexAndErrorMessage()
                      .setBatchIndex(bad.batchIndex())
                      .setBatchIndexErrorMessage(bad.message()));
        }
      }
      settled();
    }

    private void timeOut() {
      for (PendingAppend pending : waiting) {
        pending.cancel(new AppendOutcome.TimedOut());
      }
    }

    private void settled() {
      if (left.decrementAndGet() > 0) {
        return;
      }
      if (timeout != null) {
        timeout.cancel();
      }
      if (request.acks() != 0) {
        nameLeaders();
        result.complete(response);
        return;
      }
      Errors error = firstError();
      if (error == Errors.NONE) {
        result.complete(null);
      } else {
        // The only way to tell a producer that wants no answers.
        result.completeExceptionally(
            new CloseConnection("a produce request with acks=0 failed: " + error));
      }
    }

    /** Where to go on with what this broker does not lead. */
    private void nameLeaders() {
      for (TopicProduceResponse topic : response.responses()) {
        for (PartitionProduceResponse answer : topic.partitionResponses()) {
          if (answer.errorCode() == Errors.NOT_LEADER_OR_FOLLOWER.code()) {
            leaderOf(topic, answer.index()).ifPresent(leader -> name(answer, leader));
          }
        }
      }
    }

    private Optional<CurrentLeaders.Leader> leaderOf(TopicProduceResponse topic, int partition) {
      return context.apiVersion() >= FIRST_VERSION_WITH_TOPIC_IDS
          ? leaders.of(TopicIds.of(topic.topicId()), partition, context.listener())
          : leaders.of(topic.name(), partition, context.listener());
    }

    private void name(PartitionProduceResponse answer, CurrentLeaders.Leader leader) {
      answer.setCurrentLeader(
          new LeaderIdAndEpoch().setLeaderId(leader.id()).setLeaderEpoch(leader.epoch()));
      if (response.nodeEndpoints().find(leader.id()) == null) {
        response
            .nodeEndpoints()
            .add(
                new NodeEndpoint()
                    .setNodeId(leader.id())
                    .setHost(leader.endpoint().host())
                    .setPort(leader.endpoint().port())
                    .setRack(leader.rack().orElse(null)));
      }
    }

    private Errors firstError() {
      for (TopicProduceResponse topic : response.responses()) {
        for (PartitionProduceResponse partition : topic.partitionResponses()) {
          if (partition.errorCode() != Errors.NONE.code()) {
            return Errors.forCode(partition.errorCode());
          }
        }
      }
      return Errors.NONE;
    }
  }
}
