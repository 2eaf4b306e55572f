package io.myelin.simulation.cluster;

import io.grpc.MethodDescriptor;
import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.RpcTransport;
import java.io.IOException;
import java.util.concurrent.Executor;

/** Carries calls, and changes messages: a broker that decided wrongly would send such ones. */
abstract class TamperedTransport implements RpcTransport {
  private final RpcTransport sound;

  TamperedTransport(RpcTransport sound) {
    this.sound = sound;
  }

  /** What is sent instead of {@code message}. */
  Object sent(Object message) {
    return message;
  }

  /** What is received instead of {@code message}. */
  Object received(Object message) {
    return message;
  }

  @Override
  public RpcClient client(Address server) {
    RpcClient client = sound.client(server);
    return new RpcClient() {
      @Override
      public <Out, In> RpcStream<Out> open(
          MethodDescriptor<Out, In> method,
          long deadlineMs,
          Executor executor,
          RpcReceiver<In, Out> receiver) {
        return tampered(client.open(method, deadlineMs, executor, tampered(receiver)));
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }

  @Override
  public RpcServer serve(Address bind, RpcHandlers handlers) throws IOException {
    RpcHandlers tampered = new RpcHandlers();
    handlers.byMethod().values().forEach(handler -> add(tampered, handler));
    return sound.serve(bind, tampered);
  }

  private <In, Out> void add(RpcHandlers to, RpcHandlers.Handler<In, Out> handler) {
    to.stream(handler.method(), handler.executor(), () -> tampered(handler.receiver().get()));
  }

  @Override
  public void close() {
    sound.close();
  }

  private <In, Out> RpcReceiver<In, Out> tampered(RpcReceiver<In, Out> receiver) {
    return new RpcReceiver<>() {
      @Override
      public void opened(RpcStream<Out> stream) {
        receiver.opened(tampered(stream));
      }

      @Override
      @SuppressWarnings("unchecked") // of the same type as the one that it replaces
      public void received(In message) {
        receiver.received((In) TamperedTransport.this.received(message));
      }

      @Override
      public void ready() {
        receiver.ready();
      }

      @Override
      public void finished() {
        receiver.finished();
      }

      @Override
      public void ended(Ending ending) {
        receiver.ended(ending);
      }
    };
  }

  private <Out> RpcStream<Out> tampered(RpcStream<Out> stream) {
    return new RpcStream<>() {
      @Override
      @SuppressWarnings("unchecked") // of the same type as the one that it replaces
      public boolean send(Out message) {
        return stream.send((Out) sent(message));
      }

      @Override
      public boolean isReady() {
        return stream.isReady();
      }

      @Override
      public long pendingBytes() {
        return stream.pendingBytes();
      }

      @Override
      public void request(int messages) {
        stream.request(messages);
      }

      @Override
      public void finish() {
        stream.finish();
      }

      @Override
      public void cancel(String reason) {
        stream.cancel(reason);
      }

      @Override
      public void fail(Throwable cause) {
        stream.fail(cause);
      }
    };
  }
}
