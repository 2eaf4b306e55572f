package io.myelin.rpc.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.myelin.rpc.Ending;

/**
 * Remembers what gRPC's listener of a server does not tell: whether a call was cancelled by the
 * client or lost with its connection. Written by the event loop before the listener is called.
 */
final class CallFate extends ServerStreamTracer {
  private static final Context.Key<CallFate> KEY = Context.key("myelin-call-fate");

  private volatile Status status;

  static ServerStreamTracer.Factory factory() {
    return new ServerStreamTracer.Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new CallFate();
      }
    };
  }

  /** Of the call that is being started. */
  static CallFate current() {
    return KEY.get();
  }

  Ending ending() {
    Status told = status;
    return Endings.of(told == null || told.isOk() ? Status.CANCELLED : told);
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  @Override
  public void streamClosed(Status told) {
    status = told;
  }
}
