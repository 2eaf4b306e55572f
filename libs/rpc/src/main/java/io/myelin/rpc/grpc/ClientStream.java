package io.myelin.rpc.grpc;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcSettings;
import java.io.InputStream;
import java.util.function.Consumer;

/** A call on its client's side. */
final class ClientStream<Out, In> extends Outbound<Out> {
  private final ClientCall<InputStream, InputStream> call;
  private final Inbound<In, Out> inbound;
  private final Consumer<ClientStream<?, ?>> onEnd;

  ClientStream(
      ClientCall<InputStream, InputStream> call,
      MethodDescriptor<Out, In> method,
      RpcSettings settings,
      RpcReceiver<In, Out> receiver,
      Consumer<ClientStream<?, ?>> onEnd) {
    super(method.getRequestMarshaller(), settings.sentBytesMax(true));
    this.call = call;
    this.inbound = new Inbound<>(receiver, method.getResponseMarshaller(), this);
    this.onEnd = onEnd;
  }

  @Override
  boolean transportReady() {
    return call.isReady();
  }

  @Override
  void transportSend(InputStream message) {
    call.sendMessage(message);
  }

  @Override
  void transportFinish() {
    call.halfClose();
  }

  @Override
  void transportEnd(Ending with) {
    call.cancel(with.toString(), null);
  }

  @Override
  public void request(int messages) {
    call.request(messages);
  }

  ClientCall.Listener<InputStream> listener() {
    return new ClientCall.Listener<>() {
      @Override
      public void onReady() {
        inbound.ready();
      }

      @Override
      public void onMessage(InputStream message) {
        inbound.received(message);
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        onEnd.accept(ClientStream.this);
        inbound.ended(Endings.of(status));
      }
    };
  }
}
