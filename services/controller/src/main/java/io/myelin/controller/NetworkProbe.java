package io.myelin.controller;

import io.myelin.env.Network;
import io.myelin.env.Network.ConnectFailure;
import io.myelin.env.Network.Connection;
import io.myelin.env.Network.Receiver;
import io.myelin.rpc.Address;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Dials over the network, and closes the connection at once if there is one. */
public final class NetworkProbe implements EndpointProbe {
  /** Refusals come at once; whoever has not answered by then is not known to be dead. */
  private static final long TIMEOUT_MS = 500;

  private final Network network;

  public NetworkProbe(Network network) {
    this.network = network;
  }

  @Override
  public CompletableFuture<Verdict> dial(String endpoint) {
    Address at = Address.parse(endpoint);
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    network.connect(
        at.host(),
        at.port(),
        TIMEOUT_MS,
        new Network.Dialer() {
          @Override
          public Receiver connected(Connection connection) {
            verdict.complete(Verdict.UNKNOWN);
            connection.close();
            return new Silence();
          }

          @Override
          public void failed(ConnectFailure failure) {
            verdict.complete(
                switch (failure) {
                  case REFUSED -> Verdict.REFUSED;
                  case UNREACHABLE -> Verdict.UNKNOWN;
                });
          }
        });
    return verdict;
  }

  /** Of a connection that nobody wants anything from. */
  private static final class Silence implements Receiver {
    @Override
    public void received(ByteBuffer bytes) {}

    @Override
    public void closed() {}
  }
}
