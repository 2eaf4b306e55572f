package io.myelin.rpc.grpc;

import io.myelin.rpc.testing.RpcContract;
import io.myelin.rpc.testing.RpcWorld;
import io.myelin.rpc.testing.TcpWorld;

class GrpcContractTest extends RpcContract {

  @Override
  protected RpcWorld newWorld() {
    return new TcpWorld(
        settings -> new GrpcTransport(settings, new Security.Plaintext(), 1), () -> {});
  }
}
