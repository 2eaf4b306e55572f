package io.myelin.rpc;

import io.grpc.MethodDescriptor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a server does, by method. Filled by one thread before the server starts. */
public final class RpcHandlers {
  private final Map<String, Handler<?, ?>> handlers = new LinkedHashMap<>();

  /**
   * One method.
   *
   * @param receiver makes the receiver of one call
   * @param executor where the receiver is called
   */
  public record Handler<In, Out>(
      MethodDescriptor<In, Out> method,
      Executor executor,
      Supplier<RpcReceiver<In, Out>> receiver) {}

  /**
   * {@code receiver} makes a receiver per call, on any thread and without delay; the receiver is
   * called on {@code executor}.
   */
  public <In, Out> RpcHandlers stream(
      MethodDescriptor<In, Out> method,
      Executor executor,
      Supplier<RpcReceiver<In, Out>> receiver) {
    handlers.put(method.getFullMethodName(), new Handler<>(method, executor, receiver));
    return this;
  }

  /**
   * {@code handler} runs on {@code executor} and must not block; a stage that fails ends the call
   * with {@link Ending.Kind#FAILED}.
   */
  public <Q, A> RpcHandlers unary(
      MethodDescriptor<Q, A> method, Executor executor, Function<Q, CompletionStage<A>> handler) {
    return stream(method, executor, () -> new UnaryReceiver<>(handler));
  }

  public Map<String, Handler<?, ?>> byMethod() {
    return Map.copyOf(handlers);
  }
}
