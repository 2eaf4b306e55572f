package io.myelin.rpc.grpc;

import io.grpc.MethodDescriptor.Marshaller;
import io.myelin.rpc.Ending;
import io.myelin.rpc.MessageBytes;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcStream;
import java.io.InputStream;

/**
 * The sending half of a call, the same for both sides. Thread-safe.
 *
 * <p>Bounds: gRPC takes messages until {@link RpcSettings#readyBytes} wait in it; what is sent from
 * then on is counted, and refused beyond {@link RpcStream#PENDING_BYTES_MAX}, until gRPC is ready
 * again.
 */
abstract class Outbound<Out> implements RpcStream<Out> {
  private final Marshaller<Out> marshaller;
  private final int messageBytesMax;

  /** Guarded by this, like those below. */
  private boolean open;

  private boolean finished;
  private long pendingBytes;
  private Ending ending;

  Outbound(Marshaller<Out> marshaller, int messageBytesMax) {
    this.marshaller = marshaller;
    this.messageBytesMax = messageBytesMax;
  }

  /** gRPC's own calls, one at a time. */
  abstract boolean transportReady();

  abstract void transportSend(InputStream message);

  abstract void transportFinish();

  abstract void transportEnd(Ending with);

  @Override
  public final synchronized boolean send(Out message) {
    if (!isOpen() || pendingBytes() >= PENDING_BYTES_MAX) {
      return false;
    }
    InputStream bytes = marshaller.stream(message);
    int size = MessageBytes.size(bytes);
    if (size > messageBytesMax) {
      end(Ending.tooLarge(size, messageBytesMax));
      return false;
    }
    pendingBytes = transportReady() ? 0 : pendingBytes + size;
    transportSend(bytes);
    return true;
  }

  @Override
  public final synchronized boolean isReady() {
    return isOpen() && transportReady();
  }

  @Override
  public final synchronized long pendingBytes() {
    return isOpen() && !transportReady() ? pendingBytes : 0;
  }

  @Override
  public final synchronized void finish() {
    if (isOpen()) {
      finished = true;
      transportFinish();
    }
  }

  @Override
  public final void cancel(String reason) {
    end(Ending.cancelled(reason));
  }

  @Override
  public final void fail(Throwable cause) {
    end(Ending.failed(cause));
  }

  /** Nothing was said about the end before: this is what this side says. */
  final synchronized void end(Ending with) {
    if (ending == null) {
      ending = with;
      transportEnd(with);
    }
  }

  final synchronized void markOpen() {
    open = true;
  }

  /**
   * The call is over; {@code told} is what gRPC says. What this side did itself, it knows better.
   */
  final synchronized Ending over(Ending told) {
    if (ending == null) {
      ending = told;
    }
    return ending;
  }

  private boolean isOpen() {
    return open && !finished && ending == null;
  }
}
