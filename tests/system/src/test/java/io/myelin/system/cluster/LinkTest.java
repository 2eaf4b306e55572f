package io.myelin.system.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.system.cluster.Link.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LinkTest {
  // What is held must not come within this, nor what comes take longer than the other.
  private static final int SILENT_MS = 150;
  private static final int PATIENCE_MS = 20_000;

  private ServerSocket server;
  private Link link;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
    link = Link.open("test", Ports.free(), (InetSocketAddress) server.getLocalSocketAddress());
  }

  @AfterEach
  void close() throws Exception {
    link.close();
    server.close();
  }

  @Test
  void carriesBytesBothWays() throws IOException {
    try (Pair pair = connect()) {
      assertThat(pair.arrives(pair.client, pair.server)).isTrue();
      assertThat(pair.arrives(pair.server, pair.client)).isTrue();
    }
  }

  @Test
  void tellsTheOtherSideOfAnEnd() throws IOException {
    try (Pair pair = connect()) {
      pair.client.close();
      assertThat(pair.server.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aCutBreaksConnectionsAndRefusesNewOnes() throws Exception {
    try (Pair pair = connect()) {
      link.cut();
      assertThatThrownBy(() -> pair.client.getInputStream().read())
          .isInstanceOf(SocketException.class);
      assertThatThrownBy(() -> pair.server.getInputStream().read())
          .isInstanceOf(SocketException.class);
      assertThatThrownBy(this::connect).isInstanceOf(SocketException.class);
    }
    link.heal();
    try (Pair pair = connect()) {
      assertThat(pair.arrives(pair.client, pair.server)).isTrue();
    }
  }

  @Test
  void whatIsHeldComesAfterHealing() throws IOException {
    try (Pair pair = connect()) {
      link.hold(EnumSet.allOf(Direction.class));
      assertThat(pair.arrivesSoon(pair.client, pair.server)).isFalse();
      assertThat(pair.arrivesSoon(pair.server, pair.client)).isFalse();
      link.heal();
      assertThat(pair.server.getInputStream().read()).isEqualTo(7);
      assertThat(pair.client.getInputStream().read()).isEqualTo(7);
    }
  }

  @Test
  void holdsOneWayOnly() throws IOException {
    try (Pair pair = connect()) {
      link.hold(Set.of(Direction.REQUESTS));
      assertThat(pair.arrivesSoon(pair.client, pair.server)).isFalse();
      assertThat(pair.arrives(pair.server, pair.client)).isTrue();
    }
  }

  @Test
  void anEndIsHeldToo() throws IOException {
    try (Pair pair = connect()) {
      link.hold(Set.of(Direction.REQUESTS));
      pair.client.close();
      pair.server.setSoTimeout(SILENT_MS);
      InputStream in = pair.server.getInputStream();
      assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
      link.heal();
      pair.server.setSoTimeout(PATIENCE_MS);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void anOrphanStaysSilentAndNewConnectionsDoNot() throws IOException {
    try (Pair old = connect()) {
      link.orphan();
      link.heal();
      assertThat(old.arrivesSoon(old.client, old.server)).isFalse();
      try (Pair pair = connect()) {
        assertThat(pair.arrives(pair.client, pair.server)).isTrue();
      }
    }
  }

  @Test
  void delaysBytes() throws IOException {
    Duration delay = Duration.ofMillis(200);
    try (Pair pair = connect()) {
      link.delay(delay);
      long startNs = System.nanoTime();
      pair.client.getOutputStream().write(7);
      pair.server.setSoTimeout(PATIENCE_MS);
      assertThat(pair.server.getInputStream().read()).isEqualTo(7);
      assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isGreaterThanOrEqualTo(delay);
    }
  }

  private Pair connect() throws IOException {
    Socket client = new Socket(link.address().getAddress(), link.address().getPort());
    server.setSoTimeout(PATIENCE_MS);
    return new Pair(client, server.accept());
  }

  private record Pair(Socket client, Socket server) implements AutoCloseable {

    boolean arrives(Socket from, Socket to) throws IOException {
      return arrivesWithin(PATIENCE_MS, from, to);
    }

    boolean arrivesSoon(Socket from, Socket to) throws IOException {
      return arrivesWithin(SILENT_MS, from, to);
    }

    private static boolean arrivesWithin(int ms, Socket from, Socket to) throws IOException {
      from.getOutputStream().write(7);
      to.setSoTimeout(ms);
      try {
        return to.getInputStream().read() == 7;
      } catch (SocketTimeoutException e) {
        return false;
      } finally {
        to.setSoTimeout(PATIENCE_MS);
      }
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }
}
