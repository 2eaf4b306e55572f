package io.myelin.broker.replica;

import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.Controller;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/** Changes in-sync sets as the test says; nobody asks it for more. */
record TestingController(
    Function<
            List<Controller.InSyncChange>,
            CompletableFuture<List<Controller.Result<PartitionImage>>>>
        alter)
    implements Controller {

  /** Answers at once. */
  static TestingController deciding(Predicate<Controller.InSyncChange> accepts) {
    return new TestingController(
        changes ->
            CompletableFuture.completedFuture(
                changes.stream().map(change -> result(accepts.test(change))).toList()));
  }

  private static Controller.Result<PartitionImage> result(boolean accepted) {
    return accepted
        ? new Result.Ok<>(null)
        : new Result.Refused<>(Refusal.INVALID_UPDATE_VERSION, "stale");
  }

  @Override
  public CompletableFuture<List<Result<PartitionImage>>> alterPartitions(
      List<InSyncChange> changes) {
    return alter.apply(changes);
  }

  @Override
  public CompletableFuture<List<Result<TopicImage>>> createTopics(
      List<NewTopic> topics, boolean validateOnly) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<List<Result<TopicImage>>> deleteTopics(List<String> names) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<List<Result<TopicImage>>> createPartitions(
      List<NewPartitions> requests, boolean validateOnly) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<List<Result<Void>>> alterConfigs(List<ConfigChange> changes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<ProducerIdBlock> allocateProducerIds() {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Long> register(BrokerRegistration broker) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Map<TopicPartition, Result<PartitionImage>>> electLeaders(
      Election election, List<TopicPartition> partitions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<List<Result<PartitionImage>>> alterReassignments(
      List<Reassignment> requests) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Result<Void>> unregisterBroker(int id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Result<Void>> updateFeatures(
      List<FeatureUpdate> updates, boolean validateOnly) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Result<Quorum>> describeQuorum() {
    throw new UnsupportedOperationException();
  }
}
