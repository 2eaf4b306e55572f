package io.myelin.rpc.framed;

import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.testing.ForwardingTransport;
import io.myelin.rpc.testing.RpcContract;
import io.myelin.rpc.testing.RpcWorld;

/** What only forwards keeps what the port promises. */
class ForwardingContractTest extends RpcContract {

  @Override
  protected RpcWorld newWorld() {
    return new FramedSimContractTest.SimWorld(1) {
      @Override
      public RpcTransport transport(Host host, RpcSettings settings) {
        return new ForwardingTransport(super.transport(host, settings));
      }
    };
  }
}
