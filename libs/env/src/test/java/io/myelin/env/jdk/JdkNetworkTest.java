package io.myelin.env.jdk;

import io.myelin.env.Network;
import io.myelin.env.testing.NetworkContract;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

class JdkNetworkTest extends NetworkContract {
  private final Network network = new JdkNetwork();

  @AfterEach
  void close() {
    network.close();
  }

  @Override
  protected Network network() {
    return network;
  }

  @Override
  protected void await(BooleanSupplier condition) {
    Await.until(condition);
  }
}
