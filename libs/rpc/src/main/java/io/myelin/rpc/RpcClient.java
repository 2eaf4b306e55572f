package io.myelin.rpc;

import io.grpc.MethodDescriptor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Calls to one server. Thread-safe; no call blocks.
 *
 * <p>All calls share one connection. It is dialled by the first call and, after it was lost, by the
 * next one: nothing is tried again in the background, and no call is told an older dial's failure,
 * so that {@link Ending.Kind#REFUSED} means "refused now". Whoever wants to try again decides when.
 *
 * <p>A stream whose receiver does not read can hold up the others of the connection: streams that
 * must not wait for each other get clients of their own.
 */
public interface RpcClient extends AutoCloseable {
  /** For streams that live as long as both sides. */
  long NO_DEADLINE_MS = Long.MAX_VALUE;

  /**
   * Opens a stream. Returns at once; {@code receiver} learns everything else on {@code executor},
   * see there.
   *
   * @param deadlineMs from now on, until the call must have ended; {@link #NO_DEADLINE_MS}: never
   * @return for cancelling; it takes messages once {@link RpcReceiver#opened} has been called
   */
  <Out, In> RpcStream<Out> open(
      MethodDescriptor<Out, In> method,
      long deadlineMs,
      Executor executor,
      RpcReceiver<In, Out> receiver);

  /**
   * Asks once and completes with the answer, on {@code executor}; never exceptionally.
   *
   * @param deadlineMs from now on; every call has one
   */
  default <Q, A> CompletableFuture<Reply<A>> call(
      MethodDescriptor<Q, A> method, Q request, long deadlineMs, Executor executor) {
    UnaryCall<Q, A> call = new UnaryCall<>(request);
    open(method, deadlineMs, executor, call);
    return call.reply();
  }

  /** Ends its calls with {@link Ending.Kind#CANCELLED}; later ones too. Idempotent. */
  @Override
  void close();
}
