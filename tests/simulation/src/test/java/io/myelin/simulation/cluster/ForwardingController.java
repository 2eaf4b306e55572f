package io.myelin.simulation.cluster;

import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.Controller;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Asks another controller: a test overrides what it wants to go wrong. */
class ForwardingController implements Controller {
  private final Controller sound;

  ForwardingController(Controller sound) {
    this.sound = sound;
  }

  @Override
  public CompletableFuture<List<Result<TopicImage>>> createTopics(
      List<NewTopic> topics, boolean validateOnly) {
    return sound.createTopics(topics, validateOnly);
  }

  @Override
  public CompletableFuture<List<Result<TopicImage>>> deleteTopics(List<String> names) {
    return sound.deleteTopics(names);
  }

  @Override
  public CompletableFuture<List<Result<TopicImage>>> createPartitions(
      List<NewPartitions> requests, boolean validateOnly) {
    return sound.createPartitions(requests, validateOnly);
  }

  @Override
  public CompletableFuture<List<Result<Void>>> alterConfigs(List<ConfigChange> changes) {
    return sound.alterConfigs(changes);
  }

  @Override
  public CompletableFuture<ProducerIdBlock> allocateProducerIds() {
    return sound.allocateProducerIds();
  }

  @Override
  public CompletableFuture<Long> register(BrokerRegistration broker) {
    return sound.register(broker);
  }

  @Override
  public CompletableFuture<List<Result<PartitionImage>>> alterPartitions(
      List<InSyncChange> changes) {
    return sound.alterPartitions(changes);
  }

  @Override
  public CompletableFuture<Map<TopicPartition, Result<PartitionImage>>> electLeaders(
      Election election, List<TopicPartition> partitions) {
    return sound.electLeaders(election, partitions);
  }

  @Override
  public CompletableFuture<List<Result<PartitionImage>>> alterReassignments(
      List<Reassignment> requests) {
    return sound.alterReassignments(requests);
  }

  @Override
  public CompletableFuture<Result<Void>> unregisterBroker(int id) {
    return sound.unregisterBroker(id);
  }

  @Override
  public CompletableFuture<Result<Void>> updateFeatures(
      List<FeatureUpdate> updates, boolean validateOnly) {
    return sound.updateFeatures(updates, validateOnly);
  }

  @Override
  public CompletableFuture<Result<Quorum>> describeQuorum() {
    return sound.describeQuorum();
  }
}
