package io.myelin.controller;

import io.myelin.controller.LastKnownSurvey.Effect.Elect;
import io.myelin.env.Randomness;
import io.myelin.env.Threads;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Change;
import io.myelin.metadata.NotControllerException;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * The controller that owns a store: decides, writes, publishes the new image, then answers.
 * Thread-safe, never blocks.
 *
 * <p>Guarantee: a request is decided on all requests before it, written or not, so that many may be
 * under way at once (the store commits them together); it is answered, and its image published,
 * after all of them. Futures complete, and listeners are called, on the controller's own executor.
 *
 * <p>Crash rule: what was answered is in the store; of what was not, each request happened entirely
 * or not at all once {@link #start} has removed the leftovers. One whose leadership has ended
 * refuses everything with NOT_CONTROLLER, or a {@link NotControllerException}.
 */
public final class ActiveController implements Controller, MetadataPublisher, AutoCloseable {
  private final ControllerLoop loop;
  private final TopicDecisions topics;
  private final PartitionDecisions partitions;
  private final ReassignmentDecisions reassignments;
  private final BrokerDecisions brokers;
  private final FeatureDecisions features;
  private final ClusterDecisions cluster;

  private ActiveController(
      ControllerLoop loop, TopicDecisions topics, ControllerSettings settings) {
    TopicRules rules = new TopicRules(settings.minInSyncReplicas());
    this.loop = loop;
    this.topics = topics;
    this.partitions = new PartitionDecisions(rules);
    this.reassignments = new ReassignmentDecisions(rules);
    this.brokers = new BrokerDecisions(rules, settings.sessions());
    this.features = new FeatureDecisions(settings.nodeId());
    this.cluster = new ClusterDecisions(rules, settings.sessions());
  }

  /**
   * Takes over {@code store}; a new one becomes a new cluster. Completes when the first image is
   * there. The store is closed by {@link #close}.
   */
  public static CompletableFuture<ActiveController> start(
      MetadataStore store, ControllerSettings settings, Threads threads, Randomness randomness) {
    ControllerLoop loop =
        new ControllerLoop(store, new Takeover(store, settings, randomness), threads);
    TopicDecisions topics =
        new TopicDecisions(settings, new StripedReplicaPlacer(randomness), randomness);
    return loop.start().thenApply(started -> new ActiveController(loop, topics, settings));
  }

  @Override
  public CompletableFuture<List<Result<TopicImage>>> createTopics(
      List<NewTopic> requests, boolean validateOnly) {
    return each(
        requests,
        request -> state -> unlessValidating(topics.create(state, request), validateOnly));
  }

  @Override
  public CompletableFuture<List<Result<TopicImage>>> deleteTopics(List<String> names) {
    return each(names, name -> state -> topics.delete(state, name));
  }

  @Override
  public CompletableFuture<List<Result<TopicImage>>> createPartitions(
      List<NewPartitions> requests, boolean validateOnly) {
    return each(
        requests,
        request -> state -> unlessValidating(topics.enlarge(state, request), validateOnly));
  }

  @Override
  public CompletableFuture<List<Result<Void>>> alterConfigs(List<ConfigChange> changes) {
    return each(changes, change -> state -> cluster.alterConfig(state, change));
  }

  @Override
  public CompletableFuture<ProducerIdBlock> allocateProducerIds() {
    return loop.submit(ClusterDecisions::allocateProducerIds);
  }

  @Override
  public CompletableFuture<Long> register(BrokerRegistration broker) {
    return loop.submit(state -> brokers.register(state, broker).checked());
  }

  @Override
  public CompletableFuture<List<Result<PartitionImage>>> alterPartitions(
      List<InSyncChange> changes) {
    return each(changes, change -> state -> partitions.alterInSync(state, change));
  }

  @Override
  public CompletableFuture<Map<TopicPartition, Result<PartitionImage>>> electLeaders(
      Election election, List<TopicPartition> named) {
    List<TopicPartition> concerned =
        named.isEmpty() ? PartitionDecisions.electable(image(), election) : named;
    return each(concerned, partition -> state -> partitions.elect(state, election, partition))
        .thenApply(
            results -> {
              Map<TopicPartition, Result<PartitionImage>> byPartition = new LinkedHashMap<>();
              for (int i = 0; i < concerned.size(); i++) {
                byPartition.put(concerned.get(i), results.get(i));
              }
              return byPartition;
            });
  }

  @Override
  public CompletableFuture<List<Result<PartitionImage>>> alterReassignments(
      List<Reassignment> requests) {
    return each(requests, request -> state -> reassignments.alter(state, request));
  }

  @Override
  public CompletableFuture<Result<Void>> unregisterBroker(int id) {
    return one(state -> brokers.unregister(state, id));
  }

  @Override
  public CompletableFuture<Result<Void>> updateFeatures(
      List<FeatureUpdate> updates, boolean validateOnly) {
    return one(state -> unlessValidating(features.update(state, updates), validateOnly));
  }

  /** Of a controller that is alone; {@link BrokerSessions} knows of the others. */
  @Override
  public CompletableFuture<Result<Quorum>> describeQuorum() {
    return CompletableFuture.completedFuture(new Result.Ok<>(QuorumView.alone(image())));
  }

  /** Takes a broker that is gone or silent out of everything. */
  CompletableFuture<Result<Void>> fence(int id) {
    return one(state -> brokers.fence(state, id));
  }

  /** Lets a broker that has caught up with the metadata lead. */
  CompletableFuture<Result<Void>> unfence(int id) {
    return one(state -> brokers.unfence(state, id));
  }

  /** Gives a broker new partitions, or not any more. */
  CompletableFuture<Result<Void>> cordon(int id, boolean cordoned) {
    return one(state -> brokers.cordon(state, id, cordoned));
  }

  /** Moves leadership off replicas whose disk has failed. */
  CompletableFuture<Result<Void>> disksChanged(DiskReports.Effect change) {
    return one(state -> brokers.disksChanged(state, change));
  }

  /** Elects the best of a partition's last known replicas. */
  CompletableFuture<Result<PartitionImage>> electLastKnown(Elect best) {
    return one(state -> partitions.electLastKnown(state, best));
  }

  /** Moves away what a broker leads that wants to stop. */
  CompletableFuture<Result<Void>> drain(int id) {
    return one(state -> brokers.drain(state, id));
  }

  /** Of the store that it owns. */
  String storeId() {
    return loop.storeId();
  }

  /** What was written between two revisions, as {@link MetadataStore#changes}; any thread. */
  public CompletableFuture<Optional<List<Change>>> changes(long after, long upTo) {
    return loop.changes(after, upTo);
  }

  @Override
  public ClusterImage image() {
    return loop.image();
  }

  /**
   * Why the metadata cannot be written, as far as is known: the last write failed, and none has
   * succeeded since. Any thread.
   */
  public Optional<Throwable> storeFailure() {
    return Optional.ofNullable(loop.storeFailure()).map(ActiveController::unwrapped);
  }

  @Override
  public void subscribe(Listener listener) {
    loop.subscribe(listener);
  }

  /** Refuses everything from now on, what waits for its answer included, and closes the store. */
  @Override
  public void close() {
    close("The controller is stopping");
  }

  /**
   * @param reason for those who are refused
   */
  void close(String reason) {
    loop.close(reason);
  }

  private <Q, T> CompletableFuture<List<Result<T>>> each(
      List<Q> requests, Function<Q, Function<ControllerState, Decision<Result<T>>>> decide) {
    List<CompletableFuture<Result<T>>> futures = new ArrayList<>(requests.size());
    for (Q request : requests) {
      futures.add(loop.submit(decide.apply(request)).exceptionally(e -> refused(unwrapped(e))));
    }
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
  }

  private <T> CompletableFuture<Result<T>> one(
      Function<ControllerState, Decision<Result<T>>> decide) {
    return each(List.of(decide), same -> same).thenApply(List::getFirst);
  }

  private static <T> Result<T> refused(Throwable e) {
    Refusal refusal =
        e instanceof NotControllerException ? Refusal.NOT_CONTROLLER : Refusal.UNAVAILABLE;
    return new Result.Refused<>(refusal, e.getMessage());
  }

  private static Throwable unwrapped(Throwable e) {
    return e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
  }

  private static <T> Decision<T> unlessValidating(Decision<T> decision, boolean validateOnly) {
    return validateOnly ? decision.withoutWriting() : decision;
  }
}
