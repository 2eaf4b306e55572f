package io.myelin.metadata.etcd;

import io.etcd.jetcd.Client;
import io.grpc.Status;
import io.myelin.env.Clock;
import io.myelin.env.Environment;
import io.myelin.env.Scheduler;
import io.myelin.metadata.StoreClosedException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Calls to whichever member of etcd answers. Every call is answered or fails within its limit, also
 * when no member is there, all stand still, or the client library forgets it. Thread-safe; attempts
 * start, and futures complete, on the connection's own executor.
 *
 * <p>One member is used at a time. An attempt that is not answered in time, or whose connection
 * breaks, drops that member's client and is repeated with the next one: therefore an attempt must
 * be something that may happen twice.
 *
 * <p>Design note: jetcd can balance over all members by itself, but then every third call goes to a
 * member that stands still and is noticed by nobody; and its channel waits up to two minutes before
 * it tries again to connect to one that was down. A new client tries at once.
 */
final class EtcdConnection implements AutoCloseable {
  /**
   * One attempt. Ten times what etcd takes with a slow disk (100 ms for an fsync is where etcd
   * itself complains), and less than a third of the lease: the holder can ask a second and a third
   * member before its lease has ended.
   */
  static final long ATTEMPT_MS_MAX = 500;

  /**
   * A write or a read with all of its attempts. etcd needs one to two seconds for a new leader of
   * its own; somebody who waits for a topic should hear of a failure well before a client's 30
   * seconds.
   */
  static final long CALL_MS_MAX = 5_000;

  // Members that refuse do so at once: no spinning.
  private static final long RETRY_MS = 50;

  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(ATTEMPT_MS_MAX);

  // A page of a listing: a thousand values, most of them of a hundred bytes.
  private static final int ANSWER_BYTES_MAX = 64 << 20;

  private final EtcdSettings settings;
  private final Clock clock;
  private final Scheduler scheduler;
  private final Executor executor;
  private final Set<Call<?>> underWay = new HashSet<>();
  private Client client;
  private int member;
  // What the calls that ended with a dropped client cannot know themselves.
  private Throwable whyDropped;
  // The last failure since an answer that is more than silence: a call that ends with silence, as
  // it
  // may on a busy machine, can still name the cause.
  private Throwable lastSaid;
  private boolean closed;

  EtcdConnection(EtcdSettings settings, Environment environment) {
    this.settings = settings;
    this.clock = environment.clock();
    this.scheduler = environment.scheduler();
    this.executor = environment.threads().serial("etcd");
  }

  /**
   * @param what for messages: "read the active controller"
   */
  <T> CompletableFuture<T> call(
      String what, long limitMs, Function<Client, CompletableFuture<T>> attempt) {
    Call<T> call = new Call<>(what, limitMs, attempt);
    executor.execute(call::start);
    return call.answer;
  }

  Executor executor() {
    return executor;
  }

  /** For messages. */
  String place() {
    return "etcd at " + settings.endpoints();
  }

  /** Calls under way fail. */
  @Override
  public void close() {
    executor.execute(
        () -> {
          closed = true;
          List.copyOf(underWay).forEach(call -> call.fail(new StoreClosedException()));
          dropClient(client, new StoreClosedException());
        });
  }

  private Client client() {
    if (client == null) {
      client =
          Client.builder()
              .endpoints(settings.endpoints().get(member))
              .waitForReady(false)
              .retryMaxAttempts(0)
              .connectTimeout(CONNECT_TIMEOUT)
              .maxInboundMessageSize(ANSWER_BYTES_MAX)
              .build();
    }
    return client;
  }

  /** The next attempt, of whichever call, goes to the next member. */
  private void dropClient(Client dropped, Throwable why) {
    if (dropped != null && dropped == client) {
      client = null;
      whyDropped = why;
      member = (member + 1) % settings.endpoints().size();
      dropped.close();
    }
  }

  private final class Call<T> {
    private final String what;
    private final long limitMs;
    private final Function<Client, CompletableFuture<T>> attempt;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private long startedNs;
    private int attempts;

    Call(String what, long limitMs, Function<Client, CompletableFuture<T>> attempt) {
      this.what = what;
      this.limitMs = limitMs;
      this.attempt = attempt;
    }

    void start() {
      startedNs = clock.monotonicNs();
      underWay.add(this);
      tryOnce();
    }

    private void tryOnce() {
      if (answer.isDone()) {
        return;
      }
      if (closed) {
        fail(new StoreClosedException());
        return;
      }
      attempts++;
      Client used = client();
      CompletableFuture<T> one = new CompletableFuture<>();
      attempt
          .apply(used)
          .whenComplete(
              (value, e) -> {
                if (e == null) {
                  one.complete(value);
                } else {
                  one.completeExceptionally(e);
                }
              });
      // Begins only now: the first attempt of a process loads jetcd and all that it stands on,
      // which
      // takes a second on a machine that is busy, and is not the member's silence.
      long waitMs =
          attempts == 1
              ? Math.min(limitMs, ATTEMPT_MS_MAX)
              : Math.clamp(limitMs - elapsedMs(), 1, ATTEMPT_MS_MAX);
      Scheduler.Timer limit =
          scheduler.after(
              waitMs,
              () ->
                  one.completeExceptionally(
                      new TimeoutException("no answer within " + waitMs + " ms")));
      one.whenCompleteAsync(
          (value, e) -> {
            limit.cancel();
            answered(used, value, e);
          },
          executor);
    }

    private void answered(Client used, T value, Throwable e) {
      if (e == null) {
        lastSaid = null;
        underWay.remove(this);
        answer.complete(value);
        return;
      }
      Throwable cause = unwrapped(e);
      Verdict verdict = Verdict.of(cause);
      if (verdict == Verdict.ASK_ANOTHER) {
        boolean droppedByAnother = used != client;
        dropClient(used, cause);
        cause = droppedByAnother ? whyDropped : cause;
      }
      remember(verdict, cause);
      if (verdict == Verdict.REFUSED || elapsedMs() + RETRY_MS >= limitMs) {
        fail(failure(verdict, cause));
      } else {
        scheduler.after(RETRY_MS, () -> executor.execute(this::tryOnce));
      }
    }

    private void remember(Verdict verdict, Throwable cause) {
      if (verdict == Verdict.REFUSED) {
        lastSaid = null;
      } else if (!(cause instanceof TimeoutException)) {
        lastSaid = cause;
      }
    }

    private long elapsedMs() {
      return TimeUnit.NANOSECONDS.toMillis(clock.monotonicNs() - startedNs);
    }

    private EtcdFailedException failure(Verdict verdict, Throwable cause) {
      String how =
          verdict == Verdict.REFUSED
              ? ": it refused: "
              : " in "
                  + elapsedMs()
                  + " ms ("
                  + attempts
                  + " attempts); are its members running and do they have a quorum? The last said: ";
      return new EtcdFailedException(
          "Could not " + what + " in " + place() + how + told(cause) + toldBefore(cause), cause);
    }

    private String toldBefore(Throwable cause) {
      return cause instanceof TimeoutException && lastSaid != null
          ? "; before that: " + told(lastSaid)
          : "";
    }

    /** gRPC says "io exception", and only what is below says which. */
    private String told(Throwable cause) {
      Throwable root = cause;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return root == cause ? cause.getMessage() : cause.getMessage() + ": " + root.getMessage();
    }

    void fail(Throwable e) {
      underWay.remove(this);
      answer.completeExceptionally(e);
    }
  }

  /** What a failed attempt means for the next one. */
  private enum Verdict {
    ASK_ANOTHER,
    ASK_AGAIN,
    REFUSED;

    static Verdict of(Throwable e) {
      if (e instanceof TimeoutException) {
        return ASK_ANOTHER;
      }
      Status status = Status.fromThrowable(e);
      return switch (status.getCode()) {
        // Broken connections, members without a leader, and calls that ended with their client.
        case UNAVAILABLE, CANCELLED, DEADLINE_EXCEEDED, INTERNAL, UNKNOWN -> ASK_ANOTHER;
        case RESOURCE_EXHAUSTED -> isTooManyRequests(status) ? ASK_AGAIN : REFUSED;
        case OK,
            INVALID_ARGUMENT,
            NOT_FOUND,
            ALREADY_EXISTS,
            PERMISSION_DENIED,
            FAILED_PRECONDITION,
            ABORTED,
            OUT_OF_RANGE,
            UNIMPLEMENTED,
            DATA_LOSS,
            UNAUTHENTICATED ->
            REFUSED;
      };
    }

    private static boolean isTooManyRequests(Status status) {
      String text = status.getDescription();
      return text != null && text.contains("too many requests");
    }
  }

  static Throwable unwrapped(Throwable e) {
    return e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
  }
}
