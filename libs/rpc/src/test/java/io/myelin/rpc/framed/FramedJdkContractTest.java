package io.myelin.rpc.framed;

import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.rpc.testing.RpcContract;
import io.myelin.rpc.testing.RpcWorld;
import io.myelin.rpc.testing.TcpWorld;
import java.util.ArrayList;
import java.util.List;

class FramedJdkContractTest extends RpcContract {
  private final List<Environment> environments = new ArrayList<>();

  @Override
  protected RpcWorld newWorld() {
    return new TcpWorld(
        settings -> {
          Environment environment = JdkEnvironment.create();
          environments.add(environment);
          return new FramedTransport(environment, settings);
        },
        () -> environments.forEach(Environment::close));
  }
}
