package io.myelin.env.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.env.Network;
import io.myelin.env.Network.Connection;
import io.myelin.env.Network.Listener;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What every {@link Network} does. */
public abstract class NetworkContract {
  protected static final String HOST = "localhost";
  private static final long TIMEOUT_MS = 5_000;

  protected abstract Network network();

  /** Lets time pass until the condition holds; fails if it never does. */
  protected abstract void await(BooleanSupplier condition);

  @Test
  void whatOneSideSendsTheOtherReceivesInOrder() throws IOException {
    Side server = new Side();
    Side client = new Side();
    Listener listener = network().listen(HOST, 0, server::open);
    network().connect(HOST, listener.port(), TIMEOUT_MS, client);
    await(() -> client.isOpen() && server.isOpen());
    for (int i = 0; i < 100; i++) {
      client.send(i + ",");
      server.send("re" + i + ",");
    }
    await(() -> server.text().endsWith(",99,") && client.text().endsWith(",re99,"));

    assertThat(server.text()).startsWith("0,1,2,3,").hasSize(290);
    assertThat(client.text()).startsWith("re0,re1,").hasSize(490);
  }

  @Test
  void bothSidesLearnTheEndOnce() throws IOException {
    Side server = new Side();
    Side client = new Side();
    Listener listener = network().listen(HOST, 0, server::open);
    network().connect(HOST, listener.port(), TIMEOUT_MS, client);
    await(() -> client.isOpen() && server.isOpen());
    client.connections.getFirst().close();
    client.connections.getFirst().close();
    await(() -> client.events.contains("closed") && server.events.contains("closed"));

    assertThat(client.events).containsOnlyOnce("closed");
    assertThat(server.events).containsOnlyOnce("closed");
    assertThat(client.connections.getFirst().send(ByteBuffer.allocate(1))).isFalse();
  }

  @Test
  void aPortWithoutAListenerRefuses() throws IOException {
    Listener listener = network().listen(HOST, 0, new Side()::open);
    listener.close();
    Side client = new Side();
    network().connect(HOST, listener.port(), TIMEOUT_MS, client);
    await(() -> !client.events.isEmpty());
    assertThat(client.events).containsExactly("REFUSED");
  }

  @Test
  void aPortIsListenedOnOnce() throws IOException {
    Listener listener = network().listen(HOST, 0, new Side()::open);
    assertThatThrownBy(() -> network().listen(HOST, listener.port(), new Side()::open))
        .isInstanceOf(BindException.class);
  }

  @Test
  void refusesToSendMoreThanMayWait() throws IOException {
    Side server = new Side();
    Side client = new Side();
    Listener listener = network().listen(HOST, 0, server::open);
    network().connect(HOST, listener.port(), TIMEOUT_MS, client);
    await(client::isOpen);
    ByteBuffer tooMuch = ByteBuffer.allocate(Connection.PENDING_BYTES_MAX + 1);
    assertThat(client.connections.getFirst().send(tooMuch)).isFalse();
    assertThat(tooMuch.position()).isZero();
  }

  /** Remembers what happened to its connection. */
  protected static final class Side implements Network.Receiver, Network.Dialer {
    final List<Connection> connections = new CopyOnWriteArrayList<>();
    public final List<String> events = new CopyOnWriteArrayList<>();
    private final StringBuffer received = new StringBuffer();

    public Network.Receiver open(Connection connection) {
      connections.add(connection);
      return this;
    }

    @Override
    public Network.Receiver connected(Connection connection) {
      return open(connection);
    }

    @Override
    public void failed(Network.ConnectFailure failure) {
      events.add(failure.name());
    }

    @Override
    public void received(ByteBuffer bytes) {
      received.append(StandardCharsets.UTF_8.decode(bytes));
    }

    @Override
    public void closed() {
      events.add("closed");
    }

    public boolean isOpen() {
      return !connections.isEmpty();
    }

    public void send(String text) {
      connections.getFirst().send(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    public String text() {
      return received.toString();
    }
  }
}
