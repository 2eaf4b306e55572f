package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.env.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How many connections there may be, how soon, and who waits. */
class ConnectionLimitsTest extends KafkaServerFixture {
  private static final class LaterEachTime implements Clock {
    private final AtomicLong nowNs = new AtomicLong();

    @Override
    public long wallMs() {
      return 0;
    }

    @Override
    public long monotonicNs() {
      return nowNs.incrementAndGet();
    }
  }

  private void limitConnections(int max) {
    server.connections().limit(new ConnectionLimits(max, 99, Map.of(), Integer.MAX_VALUE));
  }

  @Test
  void connectionsBeyondTheLimitWaitUntilAnotherIsClosed() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    limitConnections(2);
    try (Socket first = connect(address);
        Socket second = connect(address);
        Socket third = connect(address)) {
      askApiVersions(first);
      askApiVersions(second);
      third.setSoTimeout(100);
      assertThatThrownBy(() -> askApiVersions(third)).isInstanceOf(SocketTimeoutException.class);
      assertThat(server.connections().count()).isEqualTo(2);

      first.close();

      third.setSoTimeout(0);
      readApiVersions(third);
      askApiVersions(second);
    }
  }

  @Test
  void connectionsThatWaitAreServedWhenTheLimitIsRaised() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    limitConnections(1);
    try (Socket first = connect(address);
        Socket second = connect(address)) {
      askApiVersions(first);

      limitConnections(2);

      askApiVersions(second);
      askApiVersions(first);
    }
  }

  @Test
  void aLimitThatIsLoweredClosesTheConnectionsThatWereQuietForLongest() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults(), new LaterEachTime());
    try (Socket first = connect(address);
        Socket second = connect(address);
        Socket third = connect(address)) {
      while (server.connections().count() < 3) {
        assertThat(Thread.interrupted()).as("timed out").isFalse();
        Thread.onSpinWait();
      }
      askApiVersions(first);

      limitConnections(1);

      assertThat(second.getInputStream().read()).isEqualTo(-1);
      assertThat(third.getInputStream().read()).isEqualTo(-1);
      askApiVersions(first);
    }
  }

  @Test
  void limitsHoldFromTheMomentTheyChange() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    try (Socket first = connect(address);
        Socket second = connect(address)) {
      askApiVersions(first);
      askApiVersions(second);
      server.connections().limit(new ConnectionLimits(9, 1, Map.of(), Integer.MAX_VALUE));
      assertRefused(address);
      askApiVersions(second); // it was there before

      server.connections().limit(ConnectionLimits.NONE);
      try (Socket third = connect(address)) {
        askApiVersions(third);
      }
    }
  }

  @Test
  void anAddressMayHaveALimitOfItsOwn() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    server
        .connections()
        .limit(
            new ConnectionLimits(
                9, 0, Map.of(InetAddress.getLoopbackAddress(), 1), Integer.MAX_VALUE));
    try (Socket first = connect(address)) {
      askApiVersions(first);
      assertRefused(address);
    }
  }

  @Test
  void connectionsAheadOfTheRateWaitUntilItIsTheirTurn() throws Exception {
    InetSocketAddress address = start(NetworkConfig.defaults());
    server.connections().limit(new ConnectionLimits(99, 99, Map.of(), 5));
    List<Socket> sockets = new ArrayList<>();
    long beganNs = System.nanoTime();
    try {
      for (int i = 0; i < 8; i++) {
        Socket socket = connect(address);
        sockets.add(socket);
        askApiVersions(socket);
      }
      // A second's worth (5) and one more come at once, two wait for 200 ms each.
      assertThat(System.nanoTime() - beganNs).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(300));
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void asManyConnectionsWaitToBeAcceptedAsTheSettingSays() throws Exception {
    InetSocketAddress address = start(withBacklog(1));
    limitConnections(0);
    assertThat(connectUntilOneIsLeftOut(address, 50)).isLessThan(20);
    stop();

    address = start(NetworkConfig.defaults());
    limitConnections(0);
    assertThat(connectUntilOneIsLeftOut(address, 50)).isEqualTo(50);
  }

  private static NetworkConfig withBacklog(int backlog) {
    NetworkConfig defaults = NetworkConfig.defaults();
    return new NetworkConfig(
        defaults.connectionsMaxIdleMs(),
        defaults.requestBytesMax(),
        defaults.requestMemoryBytes(),
        defaults.requestMemoryWaitMsMax(),
        defaults.connectionRequestsMax(),
        defaults.connectionBytesMax(),
        defaults.ioThreads(),
        backlog);
  }

  /** How many the system takes that the server does not accept. */
  private static int connectUntilOneIsLeftOut(InetSocketAddress address, int max)
      throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      while (sockets.size() < max) {
        Socket socket = new Socket();
        try {
          socket.connect(address, 200);
          sockets.add(socket);
        } catch (SocketTimeoutException e) {
          socket.close();
          break;
        }
      }
      return sockets.size();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static void assertRefused(InetSocketAddress address) throws IOException {
    try (Socket socket = connect(address)) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }
}
