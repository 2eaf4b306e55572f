package io.myelin.broker.coordinator;

import io.myelin.broker.coordinator.CoordinatorUnavailable.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Runs a {@link CoordinatorShard} on the partitions of its topic that this broker leads: a response
 * is sent when everything that it tells, and everything decided before it on its partition, is
 * committed.
 *
 * <p>Thread-safe; never blocks. Requests of a partition are decided in the order of the calls to
 * {@link #submit}. {@link #lead} and {@link #resign} are called by one thread at a time, in the
 * order of the metadata that they follow.
 *
 * <p>After a crash, whoever leads next rebuilds the state from the log. Whoever waited for an
 * answer loses it with the connection.
 *
 * @param <S> the shard's state
 * @param <Q> the shard's requests
 * @param <K> names of the shard's timers
 */
public final class CoordinatorRuntime<S, Q, K> {
  // Decisions take microseconds: two threads keep up with fifty partitions, and cost less memory.
  private static final int THREADS = 2;

  private final List<Executor> executors = new ArrayList<>(THREADS);
  private final CoordinatorShard<S, Q, K> shard;
  private final CoordinatorLog.Opener logs;
  private final RuntimeContext context;
  private final LoadSummary loads;
  private final Map<Integer, Led<S, Q, K>> partitions = new ConcurrentHashMap<>();

  private record Led<S, Q, K>(int leaderEpoch, ServedPartition<S, Q, K> served) {}

  public CoordinatorRuntime(
      CoordinatorShard<S, Q, K> shard, CoordinatorLog.Opener logs, RuntimeContext context) {
    this.shard = shard;
    this.logs = logs;
    this.context = context;
    this.loads = new LoadSummary(context.name());
    for (int i = 0; i < THREADS; i++) {
      executors.add(context.threads().serial(context.name() + "-" + i));
    }
  }

  /**
   * This broker leads the partition: it is loaded, and served after that. Without effect if it
   * leads under this epoch, or a newer one, already.
   */
  public void lead(int partition, int leaderEpoch) {
    Led<S, Q, K> before = partitions.get(partition);
    if (before != null && before.leaderEpoch >= leaderEpoch) {
      return;
    }
    ServedPartition<S, Q, K> served =
        new ServedPartition<>(
            partition,
            shard,
            logs.open(partition, leaderEpoch),
            context,
            executors.get(partition % THREADS),
            loads);
    partitions.put(partition, new Led<>(leaderEpoch, served));
    if (before != null) {
      letGo(before);
    }
    loads.started();
    served.execute(served::load);
  }

  /** This broker does not lead the partition any more, or the partition is gone. */
  public void resign(int partition) {
    Led<S, Q, K> before = partitions.remove(partition);
    if (before != null) {
      letGo(before);
    }
  }

  /** Lets go of everything: the broker stops. */
  public void close() {
    List.copyOf(partitions.keySet()).forEach(this::resign);
  }

  private void letGo(Led<S, Q, K> led) {
    led.served.execute(() -> led.served.letGo("this broker has stopped leading it"));
  }

  /** The partitions that are led here, loaded or not, at this moment. */
  public Set<Integer> partitions() {
    return Set.copyOf(partitions.keySet());
  }

  /**
   * Puts a request into the partition's queue; when this returns, its place is fixed.
   *
   * @param request makes the request, given the place where its answer goes
   * @return completes on a thread of the runtime; fails with {@link CoordinatorUnavailable} only
   */
  public <A> CompletionStage<A> submit(int partition, Function<Answer<A>, ? extends Q> request) {
    Answer<A> answer = new Answer<>();
    Led<S, Q, K> led = partitions.get(partition);
    if (led == null) {
      answer.fail(
          new CoordinatorUnavailable(
              Reason.NOT_COORDINATOR,
              context.name() + "-" + partition + " is not led by this broker"));
    } else {
      Q event = request.apply(answer);
      led.served.execute(() -> led.served.request(event, answer));
    }
    return answer.stage();
  }

  /** The committed state of every partition that is led here; a little late, for meters. */
  public List<S> states() {
    List<S> states = new ArrayList<>();
    for (Led<S, Q, K> led : partitions.values()) {
      Snapshot<S, K> committed = led.served.committed();
      if (committed != null) {
        states.add(committed.state());
      }
    }
    return states;
  }

  // For tests
  ServedPartition<S, Q, K> served(int partition) {
    return partitions.get(partition).served;
  }
}
