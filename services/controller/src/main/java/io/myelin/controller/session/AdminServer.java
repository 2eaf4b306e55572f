package io.myelin.controller.session;

import io.myelin.controller.session.SessionHost.Role;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.ProducerIdBlock;
import io.myelin.metadata.Controller.Result;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.controller.v1.AllocateProducerIdsAnswer;
import io.myelin.rpc.controller.v1.AlterConfigsRequest;
import io.myelin.rpc.controller.v1.AlterPartitionsRequest;
import io.myelin.rpc.controller.v1.AlterReassignmentsRequest;
import io.myelin.rpc.controller.v1.ClusterAdminGrpc;
import io.myelin.rpc.controller.v1.ControllersGrpc;
import io.myelin.rpc.controller.v1.CreatePartitionsRequest;
import io.myelin.rpc.controller.v1.CreateTopicsRequest;
import io.myelin.rpc.controller.v1.DeleteTopicsRequest;
import io.myelin.rpc.controller.v1.DescribeQuorumAnswer;
import io.myelin.rpc.controller.v1.ElectLeadersAnswer;
import io.myelin.rpc.controller.v1.ElectLeadersRequest;
import io.myelin.rpc.controller.v1.IdentifyAnswer;
import io.myelin.rpc.controller.v1.NotActive;
import io.myelin.rpc.controller.v1.ResultsAnswer;
import io.myelin.rpc.controller.v1.TopicsAnswer;
import io.myelin.rpc.controller.v1.UnregisterBrokerRequest;
import io.myelin.rpc.controller.v1.UpdateFeaturesRequest;
import io.myelin.wire.AdminAnswers;
import io.myelin.wire.AdminRequests;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The calls of {@code ClusterAdmin}: each is handed to the active controller, or sent there. */
public final class AdminServer {
  private final SessionHost host;

  public AdminServer(SessionHost host) {
    this.host = host;
  }

  /**
   * @param executor where requests are decoded
   */
  public void addTo(RpcHandlers handlers, Executor executor) {
    handlers
        .unary(ControllersGrpc.getIdentifyMethod(), executor, request -> identify())
        .unary(ClusterAdminGrpc.getCreateTopicsMethod(), executor, this::createTopics)
        .unary(ClusterAdminGrpc.getDeleteTopicsMethod(), executor, this::deleteTopics)
        .unary(ClusterAdminGrpc.getCreatePartitionsMethod(), executor, this::createPartitions)
        .unary(ClusterAdminGrpc.getAlterConfigsMethod(), executor, this::alterConfigs)
        .unary(
            ClusterAdminGrpc.getAllocateProducerIdsMethod(),
            executor,
            request -> allocateProducerIds())
        .unary(ClusterAdminGrpc.getAlterPartitionsMethod(), executor, this::alterPartitions)
        .unary(ClusterAdminGrpc.getElectLeadersMethod(), executor, this::electLeaders)
        .unary(ClusterAdminGrpc.getAlterReassignmentsMethod(), executor, this::alterReassignments)
        .unary(ClusterAdminGrpc.getUnregisterBrokerMethod(), executor, this::unregisterBroker)
        .unary(ClusterAdminGrpc.getUpdateFeaturesMethod(), executor, this::updateFeatures)
        .unary(ClusterAdminGrpc.getDescribeQuorumMethod(), executor, request -> describeQuorum());
  }

  private CompletionStage<IdentifyAnswer> identify() {
    IdentifyAnswer.Builder answer = IdentifyAnswer.newBuilder();
    switch (host.role()) {
      case Role.Standby standby -> answer.setNotActive(WorkerSession.notActive(standby));
      case Role.Active active -> answer.setClusterId(active.metadata().image().clusterId());
    }
    return CompletableFuture.completedFuture(answer.build());
  }

  private CompletionStage<TopicsAnswer> createTopics(CreateTopicsRequest request) {
    return topics(
        to -> to.createTopics(AdminRequests.newTopics(request), request.getValidateOnly()));
  }

  private CompletionStage<TopicsAnswer> deleteTopics(DeleteTopicsRequest request) {
    return topics(to -> to.deleteTopics(List.copyOf(request.getNamesList())));
  }

  private CompletionStage<TopicsAnswer> createPartitions(CreatePartitionsRequest request) {
    return topics(
        to -> to.createPartitions(AdminRequests.newPartitions(request), request.getValidateOnly()));
  }

  private CompletionStage<ResultsAnswer> alterConfigs(AlterConfigsRequest request) {
    return results(
        to -> to.alterConfigs(AdminRequests.configChanges(request)), AdminAnswers::results);
  }

  private CompletionStage<ResultsAnswer> alterPartitions(AlterPartitionsRequest request) {
    return results(
        to -> to.alterPartitions(AdminRequests.inSyncChanges(request)), AdminAnswers::partitions);
  }

  private CompletionStage<ResultsAnswer> alterReassignments(AlterReassignmentsRequest request) {
    return results(
        to -> to.alterReassignments(AdminRequests.reassignments(request)),
        AdminAnswers::partitions);
  }

  private CompletionStage<ResultsAnswer> unregisterBroker(UnregisterBrokerRequest request) {
    return results(
        to -> to.unregisterBroker(request.getBrokerId()),
        (Result<Void> result, Long revision) -> AdminAnswers.results(List.of(result), revision));
  }

  private CompletionStage<ResultsAnswer> updateFeatures(UpdateFeaturesRequest request) {
    return results(
        to -> to.updateFeatures(AdminRequests.featureUpdates(request), request.getValidateOnly()),
        (Result<Void> result, Long revision) -> AdminAnswers.results(List.of(result), revision));
  }

  /** Who else is there the sessions know, not the controller that decides. */
  private CompletionStage<DescribeQuorumAnswer> describeQuorum() {
    return ask(
        elsewhere -> DescribeQuorumAnswer.newBuilder().setNotActive(elsewhere).build(),
        to -> host.quorum(),
        (result, revision) -> AdminAnswers.quorum(result));
  }

  private CompletionStage<ElectLeadersAnswer> electLeaders(ElectLeadersRequest request) {
    return ask(
        elsewhere -> ElectLeadersAnswer.newBuilder().setNotActive(elsewhere).build(),
        to -> to.electLeaders(AdminRequests.election(request), AdminRequests.partitions(request)),
        AdminAnswers::elections);
  }

  private CompletionStage<AllocateProducerIdsAnswer> allocateProducerIds() {
    return ask(
        elsewhere -> AllocateProducerIdsAnswer.newBuilder().setNotActive(elsewhere).build(),
        Controller::allocateProducerIds,
        (ProducerIdBlock block, Long revision) ->
            AllocateProducerIdsAnswer.newBuilder()
                .setFirst(block.first())
                .setCount(block.count())
                .build());
  }

  private CompletionStage<TopicsAnswer> topics(
      Function<Controller, CompletableFuture<List<Result<io.myelin.metadata.TopicImage>>>> ask) {
    return ask(
        elsewhere -> TopicsAnswer.newBuilder().setNotActive(elsewhere).build(),
        ask,
        AdminAnswers::topics);
  }

  private <T> CompletionStage<ResultsAnswer> results(
      Function<Controller, CompletableFuture<T>> ask, BiFunction<T, Long, ResultsAnswer> answer) {
    return ask(
        elsewhere -> ResultsAnswer.newBuilder().setNotActive(elsewhere).build(), ask, answer);
  }

  private <T, A> CompletionStage<A> ask(
      Function<NotActive, A> notActive,
      Function<Controller, CompletableFuture<T>> ask,
      BiFunction<T, Long, A> answer) {
    return switch (host.role()) {
      case Role.Standby standby ->
          CompletableFuture.completedFuture(notActive.apply(WorkerSession.notActive(standby)));
      case Role.Active active ->
          ask.apply(active.controller())
              .thenApply(result -> answer.apply(result, active.metadata().image().revision()));
    };
  }
}
