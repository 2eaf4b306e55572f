package io.myelin.broker.session;

import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.controller.v1.ControllerMessage;
import io.myelin.rpc.testing.ForwardingTransport;

/** Counts the snapshots that come over it. Confined to the simulation. */
final class CountingTransport extends ForwardingTransport {
  private int snapshots;

  CountingTransport(RpcTransport transport) {
    super(transport);
  }

  int snapshots() {
    return snapshots;
  }

  @Override
  protected Object received(Object message) {
    if (message instanceof ControllerMessage told && told.getSnapshot().getLast()) {
      snapshots++;
    }
    return message;
  }
}
