package io.myelin.rpc.testing;

import io.grpc.MethodDescriptor;
import io.myelin.rpc.Address;
import io.myelin.rpc.Buffers;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.RpcTransport;
import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * Carries calls over another transport: a test overrides what it wants to see of the messages, or
 * to change about them.
 *
 * <p>Guarantee: that of the other transport, for what the two methods return.
 *
 * <p>Threads: {@link #sent} on the sender's, {@link #received} on the receiver's executor.
 */
public class ForwardingTransport implements RpcTransport {
  private final RpcTransport transport;

  public ForwardingTransport(RpcTransport transport) {
    this.transport = transport;
  }

  /** What is sent instead of {@code message}, of the same type. */
  protected Object sent(Object message) {
    return message;
  }

  /** What is received instead of {@code message}, of the same type. */
  protected Object received(Object message) {
    return message;
  }

  @Override
  public RpcClient client(Address server) {
    RpcClient client = transport.client(server);
    return new RpcClient() {
      @Override
      public <Out, In> RpcStream<Out> open(
          MethodDescriptor<Out, In> method,
          long deadlineMs,
          Executor executor,
          RpcReceiver<In, Out> receiver) {
        return forwarding(client.open(method, deadlineMs, executor, forwarding(receiver)));
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }

  @Override
  public RpcServer serve(Address bind, RpcHandlers handlers) throws IOException {
    RpcHandlers forwarding = new RpcHandlers();
    handlers.byMethod().values().forEach(handler -> add(forwarding, handler));
    return transport.serve(bind, forwarding);
  }

  private <In, Out> void add(RpcHandlers to, RpcHandlers.Handler<In, Out> handler) {
    to.stream(handler.method(), handler.executor(), () -> forwarding(handler.receiver().get()));
  }

  @Override
  public Buffers buffers() {
    return transport.buffers();
  }

  @Override
  public void close() {
    transport.close();
  }

  private <In, Out> RpcReceiver<In, Out> forwarding(RpcReceiver<In, Out> receiver) {
    return new RpcReceiver<>() {
      @Override
      public void opened(RpcStream<Out> stream) {
        receiver.opened(forwarding(stream));
      }

      @Override
      @SuppressWarnings("unchecked") // of the same type as the one that it replaces
      public void received(In message) {
        receiver.received((In) ForwardingTransport.this.received(message));
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

  private <Out> RpcStream<Out> forwarding(RpcStream<Out> stream) {
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
