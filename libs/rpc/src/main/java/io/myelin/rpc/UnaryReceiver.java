package io.myelin.rpc;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A call with one message each way, on the server's side. Confined to the call's executor. */
final class UnaryReceiver<Q, A> implements RpcReceiver<Q, A> {
  private final Function<Q, CompletionStage<A>> handler;
  private RpcStream<A> stream;

  UnaryReceiver(Function<Q, CompletionStage<A>> handler) {
    this.handler = handler;
  }

  @Override
  public void opened(RpcStream<A> opened) {
    stream = opened;
    stream.request(1);
  }

  @Override
  public void received(Q request) {
    handler.apply(request).whenComplete(this::answer);
  }

  private void answer(A answer, Throwable failure) {
    if (failure == null) {
      stream.send(answer);
      stream.finish();
    } else {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      stream.fail(cause);
    }
  }

  /** The client gave up, or is gone; what was asked for is done all the same. */
  @Override
  public void ended(Ending ending) {}
}
