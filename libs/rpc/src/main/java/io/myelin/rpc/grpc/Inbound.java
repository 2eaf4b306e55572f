package io.myelin.rpc.grpc;

import io.grpc.MethodDescriptor.Marshaller;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcReceiver;
import java.io.InputStream;

/**
 * The receiving half of a call, the same for both sides: calls the receiver, and ends the call when
 * the receiver, or the reading of a message, throws. Confined to the call's executor.
 */
final class Inbound<In, Out> {
  private final RpcReceiver<In, Out> receiver;
  private final Marshaller<In> marshaller;
  private final Outbound<Out> outbound;
  private boolean opened;
  private boolean failed;

  Inbound(RpcReceiver<In, Out> receiver, Marshaller<In> marshaller, Outbound<Out> outbound) {
    this.receiver = receiver;
    this.marshaller = marshaller;
    this.outbound = outbound;
  }

  /** Any sign that there is a connection. */
  void ready() {
    if (opened) {
      guarded(receiver::ready);
    } else {
      open();
    }
  }

  void open() {
    if (!opened) {
      opened = true;
      outbound.markOpen();
      guarded(() -> receiver.opened(outbound));
    }
  }

  void received(InputStream message) {
    open();
    guarded(() -> receiver.received(marshaller.parse(message)));
  }

  void finished() {
    guarded(receiver::finished);
  }

  void ended(Ending told) {
    Ending ending = outbound.over(told);
    try {
      receiver.ended(ending);
    } catch (Throwable e) {
      report(e);
    }
  }

  private void guarded(Runnable callback) {
    if (failed) {
      return;
    }
    try {
      callback.run();
    } catch (Throwable e) {
      failed = true;
      outbound.fail(e);
      report(e);
    }
  }

  private static void report(Throwable e) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
  }
}
