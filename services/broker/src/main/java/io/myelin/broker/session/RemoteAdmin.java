package io.myelin.broker.session;

import io.grpc.MethodDescriptor;
import io.myelin.env.Scheduler;
import io.myelin.metadata.Controller;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.rpc.Reply;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.controller.v1.AllocateProducerIdsAnswer;
import io.myelin.rpc.controller.v1.AllocateProducerIdsRequest;
import io.myelin.rpc.controller.v1.ClusterAdminGrpc;
import io.myelin.rpc.controller.v1.DeleteTopicsRequest;
import io.myelin.rpc.controller.v1.DescribeQuorumAnswer;
import io.myelin.rpc.controller.v1.DescribeQuorumRequest;
import io.myelin.rpc.controller.v1.ElectLeadersAnswer;
import io.myelin.rpc.controller.v1.ResultsAnswer;
import io.myelin.rpc.controller.v1.TopicsAnswer;
import io.myelin.rpc.controller.v1.UnregisterBrokerRequest;
import io.myelin.wire.AdminAnswers;
import io.myelin.wire.AdminRequests;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What a broker asks of the controller that it has a session with. A call waits for a session, and
 * is sent again if it is certain that nothing was done, as by a controller that had just been
 * deposed, or if doing it twice does no harm; otherwise, and after its deadline, it is refused as
 * unavailable, and what became of it shows in the metadata.
 */
abstract sealed class RemoteAdmin implements Controller permits RemoteController {
  /** 20 s: less than what Kafka's admin clients wait for, so that they are told why. */
  private static final long CALL_MS = 20_000;

  /** 1,000: more calls than this wait only when something is broken. */
  private static final int WAITING_MAX = 1_000;

  /** 50 ms: a controller that is no longer active ends its sessions by itself, soon. */
  private static final long RETRY_MS = 50;

  private final Scheduler scheduler;
  private final Executor executor;
  private final DeposedRetry deposed;

  /** Calls without a session. Confined to the executor. */
  private final ArrayDeque<Call<?, ?>> waiting = new ArrayDeque<>();

  RemoteAdmin(Scheduler scheduler, Executor executor) {
    this.scheduler = scheduler;
    this.executor = executor;
    this.deposed = new DeposedRetry(scheduler, executor, RETRY_MS);
  }

  /** To the controller of the session; null: there is none. On the executor. */
  abstract RpcClient activeClient();

  /** Completes when the broker has published that revision. On the executor. */
  abstract CompletableFuture<Void> reached(long revision);

  /** A method, and what is to be known of it and of its answers. */
  private record Kind<Q, A>(
      MethodDescriptor<Q, A> method,
      Predicate<A> isNotActive,
      ToLongFunction<A> revision,
      Repeat repeat) {}

  /** What a call may be sent again after, if nobody knows what became of it. */
  private enum Repeat {
    /** Done once, it would be refused the second time. */
    NEVER,
    /** It changes nothing, compares before it sets, or takes what nobody misses. */
    HARMLESS
  }

  private final class Call<Q, A> {
    final Kind<Q, A> kind;
    final Q request;
    final CompletableFuture<A> answer = new CompletableFuture<>();

    Call(Kind<Q, A> kind, Q request) {
      this.kind = kind;
      this.request = request;
    }

    void send(RpcClient client) {
      client
          .call(kind.method, request, CALL_MS, executor)
          .thenAccept(
              reply -> {
                switch (reply) {
                  case Reply.Answer<A>(A message) -> answered(message);
                  case Reply.Failed<A> failed -> failed(failed);
                }
              });
    }

    private void answered(A message) {
      if (kind.isNotActive.test(message)) {
        again();
      } else {
        reached(kind.revision.applyAsLong(message)).thenRun(() -> answer.complete(message));
      }
    }

    private void failed(Reply.Failed<A> failed) {
      switch (failed.ending().kind()) {
        // It never got there.
        case REFUSED, UNREACHABLE -> again();
        case CANCELLED, LOST, CLOSING, FAILED -> {
          switch (kind.repeat) {
            case HARMLESS -> again();
            case NEVER -> giveUp(failed);
          }
        }
        case COMPLETED, DEADLINE_EXCEEDED, TOO_LARGE, OVERLOADED, UNSUPPORTED -> giveUp(failed);
      }
    }

    private void giveUp(Reply.Failed<A> failed) {
      answer.completeExceptionally(
          new IllegalStateException("The controller did not answer: " + failed.ending()));
    }

    private void again() {
      scheduler.after(RETRY_MS, () -> executor.execute(() -> submit(this)));
    }
  }

  @Override
  public CompletableFuture<List<Result<TopicImage>>> createTopics(
      List<NewTopic> topics, boolean validateOnly) {
    return deposed.each(
        topics,
        some ->
            topics(
                ClusterAdminGrpc.getCreateTopicsMethod(),
                AdminRequests.createTopics(some, validateOnly),
                some.size()));
  }

  @Override
  public CompletableFuture<List<Result<TopicImage>>> deleteTopics(List<String> names) {
    return deposed.each(
        names,
        some ->
            topics(
                ClusterAdminGrpc.getDeleteTopicsMethod(),
                DeleteTopicsRequest.newBuilder().addAllNames(some).build(),
                some.size()));
  }

  @Override
  public CompletableFuture<List<Result<TopicImage>>> createPartitions(
      List<NewPartitions> requests, boolean validateOnly) {
    return deposed.each(
        requests,
        some ->
            topics(
                ClusterAdminGrpc.getCreatePartitionsMethod(),
                AdminRequests.createPartitions(some, validateOnly),
                some.size()));
  }

  @Override
  public CompletableFuture<List<Result<Void>>> alterConfigs(List<ConfigChange> changes) {
    return deposed.each(
        changes,
        some ->
            results(
                ClusterAdminGrpc.getAlterConfigsMethod(),
                AdminRequests.alterConfigs(some),
                AdminAnswers::results,
                some.size(),
                Repeat.NEVER));
  }

  @Override
  public CompletableFuture<ProducerIdBlock> allocateProducerIds() {
    return call(
            new Kind<>(
                ClusterAdminGrpc.getAllocateProducerIdsMethod(),
                AllocateProducerIdsAnswer::hasNotActive,
                answer -> 0,
                Repeat.HARMLESS),
            AllocateProducerIdsRequest.getDefaultInstance())
        .thenApply(answer -> new ProducerIdBlock(answer.getFirst(), answer.getCount()));
  }

  @Override
  public CompletableFuture<List<Result<PartitionImage>>> alterPartitions(
      List<InSyncChange> changes) {
    return deposed.each(
        changes,
        some ->
            results(
                ClusterAdminGrpc.getAlterPartitionsMethod(),
                AdminRequests.alterPartitions(some),
                AdminAnswers::partitions,
                some.size(),
                Repeat.HARMLESS));
  }

  @Override
  public CompletableFuture<Map<TopicPartition, Result<PartitionImage>>> electLeaders(
      Election election, List<TopicPartition> partitions) {
    return call(
            new Kind<>(
                ClusterAdminGrpc.getElectLeadersMethod(),
                ElectLeadersAnswer::hasNotActive,
                ElectLeadersAnswer::getRevision,
                Repeat.NEVER),
            AdminRequests.electLeaders(election, partitions))
        .handle(
            (answer, failure) -> {
              if (failure == null) {
                return AdminAnswers.elections(answer);
              }
              Map<TopicPartition, Result<PartitionImage>> refused = new LinkedHashMap<>();
              partitions.forEach(each -> refused.put(each, unavailable(failure)));
              return refused;
            });
  }

  @Override
  public CompletableFuture<List<Result<PartitionImage>>> alterReassignments(
      List<Reassignment> requests) {
    return deposed.each(
        requests,
        some ->
            results(
                ClusterAdminGrpc.getAlterReassignmentsMethod(),
                AdminRequests.alterReassignments(some),
                AdminAnswers::partitions,
                some.size(),
                Repeat.NEVER));
  }

  @Override
  public CompletableFuture<Result<Void>> unregisterBroker(int id) {
    return deposed
        .each(
            List.of(id),
            some ->
                results(
                    ClusterAdminGrpc.getUnregisterBrokerMethod(),
                    UnregisterBrokerRequest.newBuilder().setBrokerId(id).build(),
                    AdminAnswers::results,
                    1,
                    Repeat.NEVER))
        .thenApply(List::getFirst);
  }

  @Override
  public CompletableFuture<Result<Void>> updateFeatures(
      List<FeatureUpdate> updates, boolean validateOnly) {
    return deposed
        .each(
            List.of(updates),
            all ->
                results(
                    ClusterAdminGrpc.getUpdateFeaturesMethod(),
                    AdminRequests.updateFeatures(updates, validateOnly),
                    AdminAnswers::results,
                    1,
                    Repeat.NEVER))
        .thenApply(List::getFirst);
  }

  @Override
  public CompletableFuture<Result<Quorum>> describeQuorum() {
    return call(
            new Kind<>(
                ClusterAdminGrpc.getDescribeQuorumMethod(),
                DescribeQuorumAnswer::hasNotActive,
                answer -> 0,
                Repeat.HARMLESS),
            DescribeQuorumRequest.getDefaultInstance())
        .handle(
            (answer, failure) ->
                failure == null ? AdminAnswers.quorum(answer) : unavailable(failure));
  }

  /** There is a session. On the executor. */
  final void sendWaiting() {
    for (int left = waiting.size(); left > 0; left--) {
      submit(waiting.poll());
    }
  }

  /** On the executor. */
  final void failAll(String why) {
    waiting.forEach(call -> call.answer.completeExceptionally(new IllegalStateException(why)));
    waiting.clear();
  }

  private <Q> CompletableFuture<List<Result<TopicImage>>> topics(
      MethodDescriptor<Q, TopicsAnswer> method, Q request, int count) {
    return call(
            new Kind<>(method, TopicsAnswer::hasNotActive, TopicsAnswer::getRevision, Repeat.NEVER),
            request)
        .handle(
            (answer, failure) ->
                failure == null
                    ? AdminAnswers.topics(answer)
                    : Collections.nCopies(count, unavailable(failure)));
  }

  private <Q, T> CompletableFuture<List<Result<T>>> results(
      MethodDescriptor<Q, ResultsAnswer> method,
      Q request,
      Function<ResultsAnswer, List<Result<T>>> decode,
      int count,
      Repeat repeat) {
    return call(
            new Kind<>(method, ResultsAnswer::hasNotActive, ResultsAnswer::getRevision, repeat),
            request)
        .handle(
            (answer, failure) ->
                failure == null
                    ? decode.apply(answer)
                    : Collections.nCopies(count, unavailable(failure)));
  }

  private static <T> Result<T> unavailable(Throwable failure) {
    return new Result.Refused<>(Refusal.UNAVAILABLE, failure.getMessage());
  }

  private <Q, A> CompletableFuture<A> call(Kind<Q, A> kind, Q request) {
    Call<Q, A> call = new Call<>(kind, request);
    Scheduler.Timer deadline =
        scheduler.after(
            CALL_MS,
            () ->
                call.answer.completeExceptionally(
                    new IllegalStateException(
                        "The controller did not answer within " + CALL_MS + " ms")));
    executor.execute(() -> submit(call));
    return call.answer.whenComplete((answer, failure) -> deadline.cancel());
  }

  private void submit(Call<?, ?> call) {
    if (call.answer.isDone()) {
      return;
    }
    RpcClient client = activeClient();
    if (client != null) {
      call.send(client);
    } else if (waiting.size() < WAITING_MAX) {
      waiting.add(call);
    } else {
      call.answer.completeExceptionally(
          new IllegalStateException("No controller is active, and many requests wait for one"));
    }
  }
}
