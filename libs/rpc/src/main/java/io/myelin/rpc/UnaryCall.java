package io.myelin.rpc;

import java.util.concurrent.CompletableFuture;

/** A call with one message each way, on the client's side. Confined to the call's executor. */
final class UnaryCall<Q, A> implements RpcReceiver<A, Q> {
  private final CompletableFuture<Reply<A>> reply = new CompletableFuture<>();
  private final Q request;
  private A answer;

  UnaryCall(Q request) {
    this.request = request;
  }

  CompletableFuture<Reply<A>> reply() {
    return reply;
  }

  @Override
  public void opened(RpcStream<Q> stream) {
    stream.send(request);
    stream.finish();
    stream.request(2); // A second one would be a mistake of the server's, and is seen as one.
  }

  @Override
  public void received(A message) {
    if (answer != null) {
      throw new IllegalStateException("A second answer to one request: " + message);
    }
    answer = message;
  }

  @Override
  public void ended(Ending ending) {
    if (ending.kind() != Ending.Kind.COMPLETED) {
      reply.complete(new Reply.Failed<>(ending));
    } else if (answer == null) {
      reply.complete(new Reply.Failed<>(new Ending(Ending.Kind.FAILED, "There was no answer")));
    } else {
      reply.complete(new Reply.Answer<>(answer));
    }
  }
}
