package io.myelin.rpc.grpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcSettings;
import java.io.InputStream;
import java.util.function.Consumer;

/** A call on its server's side. */
final class ServerStream<In, Out> extends Outbound<Out> {
  private final ServerCall<InputStream, InputStream> call;
  private final Inbound<In, Out> inbound;
  private final CallFate fate;
  private final Consumer<ServerStream<?, ?>> onEnd;
  private boolean headersSent;
  private boolean closed;

  ServerStream(
      ServerCall<InputStream, InputStream> call,
      MethodDescriptor<In, Out> method,
      RpcSettings settings,
      RpcReceiver<In, Out> receiver,
      CallFate fate,
      Consumer<ServerStream<?, ?>> onEnd) {
    super(method.getResponseMarshaller(), settings.sentBytesMax(false));
    this.call = call;
    this.inbound = new Inbound<>(receiver, method.getRequestMarshaller(), this);
    this.fate = fate;
    this.onEnd = onEnd;
  }

  void open() {
    inbound.open();
  }

  @Override
  boolean transportReady() {
    return call.isReady();
  }

  @Override
  void transportSend(InputStream message) {
    if (!headersSent) {
      headersSent = true;
      call.sendHeaders(new Metadata());
    }
    call.sendMessage(message);
  }

  @Override
  void transportFinish() {
    transportEnd(Ending.completed());
  }

  @Override
  void transportEnd(Ending with) {
    if (!closed) {
      closed = true;
      call.close(Endings.status(with), new Metadata());
    }
  }

  @Override
  public void request(int messages) {
    call.request(messages);
  }

  ServerCall.Listener<InputStream> listener() {
    return new ServerCall.Listener<>() {
      @Override
      public void onReady() {
        inbound.ready();
      }

      @Override
      public void onMessage(InputStream message) {
        inbound.received(message);
      }

      @Override
      public void onHalfClose() {
        inbound.finished();
      }

      @Override
      public void onComplete() {
        onEnd.accept(ServerStream.this);
        inbound.ended(Ending.completed());
      }

      @Override
      public void onCancel() {
        onEnd.accept(ServerStream.this);
        inbound.ended(fate.ending());
      }
    };
  }
}
