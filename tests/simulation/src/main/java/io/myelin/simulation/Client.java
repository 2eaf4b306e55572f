package io.myelin.simulation;

import java.util.function.Consumer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/** A client that keeps itself connected. */
abstract class Client {
  // As Kafka's clients: an answer that takes longer reaches nobody.
  private static final long REQUEST_TIMEOUT_MS = 30_000;

  final World world;
  final String name;
  private ClientConnection connection;
  private boolean stopped;

  Client(World world, String name) {
    this.world = world;
    this.name = name;
  }

  final void start() {
    connect();
  }

  /** The client leaves for good. */
  final void stop() {
    stopped = true;
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  final boolean isConnected() {
    return connection != null;
  }

  /** Whether it may connect now. */
  boolean mayConnect() {
    return world.mayConnect();
  }

  /** There is a new connection; nothing is under way on it. */
  abstract void onConnected();

  private void connect() {
    if (stopped || connection != null) {
      return;
    }
    if (mayConnect()) {
      connection = ClientConnection.open(world, world.broker(), name, this::lost);
    }
    if (connection == null) {
      connectLater();
    } else {
      onConnected();
    }
  }

  private void lost() {
    connection = null;
    connectLater();
  }

  /** Gives the connection up and tries again on another. */
  final void reconnect() {
    if (connection != null) {
      connection.close();
      lost();
    }
  }

  private void connectLater() {
    world.clock().after(20 + world.random().nextInt(200), this::connect);
  }

  /** The answer is dropped if the connection has been given up before it comes. */
  final <T extends ApiMessage> void call(
      ApiKeys key, int version, ApiMessage request, Class<T> answer, Consumer<T> onAnswer) {
    ClientConnection used = connection;
    boolean[] answered = new boolean[1];
    used.call(
        key,
        (short) version,
        request,
        message -> {
          answered[0] = true;
          if (used == connection) {
            onAnswer.accept(answer.cast(message));
          }
        });
    world
        .clock()
        .after(
            REQUEST_TIMEOUT_MS,
            () -> {
              if (!answered[0] && used == connection) {
                world.violation(name + ": no answer to " + key + " within " + REQUEST_TIMEOUT_MS);
              }
            });
  }

  /** Runs {@code task} later, if the connection is still the same then. */
  final void later(long delayMs, Runnable task) {
    ClientConnection used = connection;
    world
        .clock()
        .after(
            delayMs,
            () -> {
              if (used != null && used == connection) {
                task.run();
              }
            });
  }
}
