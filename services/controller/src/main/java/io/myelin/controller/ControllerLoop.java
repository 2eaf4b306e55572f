package io.myelin.controller;

import io.myelin.env.Threads;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher.Changes;
import io.myelin.metadata.MetadataPublisher.Listener;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Change;
import io.myelin.metadata.MetadataStore.Transaction;
import io.myelin.metadata.NotControllerException;
import io.myelin.metadata.RecordChange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Runs decisions one after the other, writes together what was decided while the store was busy,
 * and publishes and answers in order. Fields are confined to the executor unless volatile.
 *
 * <p>Two states: {@code pending} has every decision so far and is what the next one is made on;
 * {@code published} has those that the store has confirmed, all earlier ones included. A decision
 * that takes several transactions holds up the ones behind it until it is written.
 *
 * <p>A write that fails leaves the store's content unknown: everything under way fails, and the
 * state is read back from the store before the next decision. A write that another controller's
 * election has fenced off ends the loop.
 */
final class ControllerLoop {
  private static final Logger log = Logger.getLogger(ControllerLoop.class);

  private final MetadataStore store;
  private final Takeover takeover;
  private final Executor executor;
  private final List<Listener> listeners = new ArrayList<>();
  private final ArrayDeque<Operation<?>> waiting = new ArrayDeque<>();

  /** Decided, not answered; the first ones are being written. */
  private final ArrayDeque<Operation<?>> inFlight = new ArrayDeque<>();

  private final WriteQueue<Operation<?>> unsent;
  private ControllerState pending = Takeover.nothing();
  private ControllerState published = Takeover.nothing();
  private boolean writing;
  private boolean held;
  private boolean stale = true;
  private boolean reading;
  private NotControllerException ended;
  private volatile Throwable storeFailure;
  private volatile ClusterImage image = published.image();

  ControllerLoop(MetadataStore store, Takeover takeover, Threads threads) {
    this.store = store;
    this.takeover = takeover;
    this.executor = threads.serial("controller");
    this.unsent = new WriteQueue<>(operation -> operation.records, store.operationsMax());
  }

  /** A request on its way from its decision to its answer. */
  private static final class Operation<T> {
    final Function<ControllerState, Decision<T>> decide;
    final CompletableFuture<T> future = new CompletableFuture<>();
    List<RecordChange> records = List.of();
    T answer;
    boolean written;
    boolean failed;
    long revision;

    Operation(Function<ControllerState, Decision<T>> decide) {
      this.decide = decide;
    }

    ControllerState decideOn(ControllerState state) {
      Decision<T> decision = decide.apply(state);
      records = decision.records();
      answer = decision.answer();
      return records.isEmpty() ? state : state.apply(state.image().revision(), records).state();
    }

    void complete() {
      future.complete(answer);
    }

    void fail(Throwable cause) {
      failed = true;
      future.completeExceptionally(cause);
    }
  }

  /** Reads the store; completes when the first image is published. */
  CompletableFuture<Void> start() {
    // An operation that changes nothing is answered after the store was read, as any other.
    return submit(state -> new Decision<>(List.of(), null));
  }

  <T> CompletableFuture<T> submit(Function<ControllerState, Decision<T>> decide) {
    Operation<T> operation = new Operation<>(decide);
    executor.execute(
        () -> {
          waiting.add(operation);
          startWaiting();
        });
    return operation.future;
  }

  ClusterImage image() {
    return image;
  }

  String storeId() {
    return store.storeId();
  }

  CompletableFuture<Optional<List<Change>>> changes(long after, long upTo) {
    return store.changes(after, upTo);
  }

  /** Why the last write, or the reading back after it, failed; null since one has succeeded. */
  Throwable storeFailure() {
    return storeFailure;
  }

  void subscribe(Listener listener) {
    executor.execute(
        () -> {
          listeners.add(listener);
          ClusterImage nothing = ClusterImage.empty(image.clusterId());
          tell(listener, nothing, Changes.between(nothing, image));
        });
  }

  void close(String reason) {
    executor.execute(() -> end(new NotControllerException(reason)));
  }

  private void end(NotControllerException reason) {
    if (ended == null) {
      ended = reason;
      failAll(
          new OutcomeUnknownException(
              reason.getMessage() + "; whether the change was made, the metadata will show"),
          reason);
      store.close();
    }
  }

  private void startWaiting() {
    if (ended != null) {
      failAll(ended, ended);
    } else if (stale && !waiting.isEmpty()) {
      readBack();
    }
    while (!held && !stale && !waiting.isEmpty()) {
      begin(waiting.poll());
    }
  }

  private void begin(Operation<?> operation) {
    try {
      pending = operation.decideOn(pending);
    } catch (RuntimeException e) {
      operation.future.completeExceptionally(e);
      return;
    }
    inFlight.add(operation);
    if (operation.records.isEmpty()) {
      operation.written = true;
      operation.revision = -1;
      publishWritten();
      return;
    }
    held = operation.records.size() > store.operationsMax();
    unsent.add(operation);
    sendUnsent();
  }

  /**
   * One write at a time. A decision is made on those before it, but the store knows nothing of
   * that: if an earlier one were lost and a later one written, its record would fit nothing.
   */
  private void sendUnsent() {
    if (!writing && !unsent.isEmpty()) {
      List<Operation<?>> together = unsent.next();
      CommitPlan plan = CommitPlan.of(unsent.merged(together), store.operationsMax());
      writing = true;
      write(plan).whenCompleteAsync((revision, e) -> written(together, revision, e), executor);
    }
  }

  /**
   * Completes with the revision at which the decision has happened. What can be sent now is sent
   * now: later decisions may change the same keys, and the store keeps the order of the calls.
   */
  private CompletableFuture<Long> write(CommitPlan plan) {
    List<Transaction> all = plan.transactions();
    int commit = plan.commit();
    CompletableFuture<Long> decided =
        commit == 0
            ? commitOne(all.getFirst())
            : commitAll(all.subList(0, commit))
                .thenComposeAsync(before -> commitOne(all.get(commit)), executor);
    List<Transaction> after = all.subList(commit + 1, all.size());
    return after.isEmpty()
        ? decided
        : decided.thenComposeAsync(
            revision ->
                commitAll(after).handle((last, failure) -> happened(revision, last, failure)),
            executor);
  }

  /** What a deposed controller could not tidy up after its decision, the next one does. */
  private static long happened(long revision, Long after, Throwable failure) {
    if (unwrapped(failure) instanceof NotControllerException) {
      return revision;
    }
    if (failure != null) {
      throw new CompletionException(unwrapped(failure));
    }
    return Math.max(revision, after);
  }

  /** Completes with the last revision, 0 if there was nothing to do. */
  private CompletableFuture<Long> commitAll(List<Transaction> transactions) {
    CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
    for (Transaction transaction : transactions) {
      last = last.thenCombine(commitOne(transaction), Math::max);
    }
    return last;
  }

  private CompletableFuture<Long> commitOne(Transaction transaction) {
    return store.commit(transaction).thenApply(Outcomes::revision);
  }

  private void written(List<Operation<?>> together, Long revision, Throwable failure) {
    writing = false;
    if (ended == null && unwrapped(failure) instanceof NotControllerException deposed) {
      // Fenced off: neither these nor those behind them were written.
      inFlight.stream()
          .dropWhile(other -> other != together.getFirst())
          .forEach(fenced -> fenced.fail(deposed));
      end(deposed);
    }
    storeFailure = failure;
    boolean failed = together.getFirst().failed;
    if (failure != null && !failed) {
      log.errorf(failure, "The metadata store failed to write; reading it back");
      failAll(failure, failure);
      stale = true;
      readBack(); // what was written all the same must not stay unseen until somebody asks
    }
    if (failure == null && !failed) {
      for (Operation<?> operation : together) {
        operation.written = true;
        operation.revision = revision;
      }
      // Nothing starts behind an operation that holds: it is the last one under way.
      held = held && together.getLast() != inFlight.peekLast();
      publishWritten();
    }
    sendUnsent();
    startWaiting();
  }

  private void publishWritten() {
    List<Operation<?>> done = new ArrayList<>();
    ClusterImage before = published.image();
    Changes changes = new Changes(new HashSet<>(), new HashSet<>(), new HashSet<>());
    while (!inFlight.isEmpty() && inFlight.peek().written) {
      Operation<?> operation = inFlight.poll();
      done.add(operation);
      if (!operation.records.isEmpty()) {
        ControllerState.Changed next = published.apply(operation.revision, operation.records);
        published = next.state();
        changes.topics().addAll(next.changes().topics());
        changes.configs().addAll(next.changes().configs());
        changes.brokers().addAll(next.changes().brokers());
      }
    }
    if (published.image() != before) {
      publish(before, changes);
    }
    done.forEach(Operation::complete);
  }

  private void publish(ClusterImage before, Changes changes) {
    image = published.image();
    for (Listener listener : listeners) {
      tell(listener, before, changes);
    }
  }

  private void tell(Listener listener, ClusterImage before, Changes changes) {
    try {
      listener.onImage(before, image, changes);
    } catch (RuntimeException e) {
      // One part's bug must not keep the image from the others.
      log.errorf(e, "A listener failed on the image of revision %d", image.revision());
    }
  }

  /**
   * @param begun for those whose writes are under way
   * @param notBegun for those that nothing has been written of
   */
  private void failAll(Throwable begun, Throwable notBegun) {
    held = false;
    while (!unsent.isEmpty()) {
      unsent.next().forEach(operation -> operation.fail(notBegun));
    }
    List<Operation<?>> begunOnes = new ArrayList<>(inFlight);
    List<Operation<?>> untouched = new ArrayList<>(waiting);
    inFlight.clear();
    waiting.clear();
    begunOnes.forEach(operation -> operation.fail(begun));
    untouched.forEach(operation -> operation.fail(notBegun));
  }

  /** Starts from what the store has. No write is under way: none begins on a stale state. */
  private void readBack() {
    if (reading) {
      return;
    }
    reading = true;
    takeover
        .run(executor)
        .whenCompleteAsync(
            (state, failure) -> {
              reading = false;
              if (unwrapped(failure) instanceof NotControllerException deposed) {
                end(deposed);
              } else if (failure == null
                  && state.image().revision() < published.image().revision()) {
                wentBack(state.image().revision());
              } else if (failure != null) {
                storeFailure = failure;
                failAll(failure, failure);
              } else {
                stale = false;
                storeFailure = null;
                ClusterImage before = published.image();
                pending = state;
                published = state;
                publish(before, Changes.between(before, state.image()));
              }
              startWaiting();
            },
            executor);
  }

  private void wentBack(long revision) {
    NotControllerException older =
        new NotControllerException(
            "The metadata store went back from revision %d to %d: it was restored from an older copy. Restore a newer one"
                .formatted(published.image().revision(), revision));
    log.error(older.getMessage());
    storeFailure = older;
    end(older);
  }

  /** Null stays null. */
  private static Throwable unwrapped(Throwable e) {
    return e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
  }
}
