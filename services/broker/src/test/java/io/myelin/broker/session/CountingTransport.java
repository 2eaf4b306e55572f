package io.myelin.broker.session;

import io.grpc.MethodDescriptor;
import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.controller.v1.ControllerMessage;
import java.io.IOException;
import java.util.concurrent.Executor;

/** Counts the snapshots that come over it. Confined to the simulation. */
final class CountingTransport implements RpcTransport {
  private final RpcTransport transport;
  private int snapshots;

  CountingTransport(RpcTransport transport) {
    this.transport = transport;
  }

  int snapshots() {
    return snapshots;
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
        return client.open(method, deadlineMs, executor, new Counting<>(receiver));
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }

  @Override
  public RpcServer serve(Address bind, RpcHandlers handlers) throws IOException {
    return transport.serve(bind, handlers);
  }

  @Override
  public void close() {
    transport.close();
  }

  private final class Counting<In, Out> implements RpcReceiver<In, Out> {
    private final RpcReceiver<In, Out> receiver;

    Counting(RpcReceiver<In, Out> receiver) {
      this.receiver = receiver;
    }

    @Override
    public void opened(RpcStream<Out> stream) {
      receiver.opened(stream);
    }

    @Override
    public void received(In message) {
      if (message instanceof ControllerMessage told && told.getSnapshot().getLast()) {
        snapshots++;
      }
      receiver.received(message);
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
  }
}
