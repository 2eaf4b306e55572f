package io.myelin.simulation;

import io.myelin.sim.SimRandomness;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/** A client that has one connection at a time, and makes another when that is lost. */
public abstract class ConnectedClient {
  public final String name;
  private final ClientSide side;
  private final int requestMsMax;
  private final int reconnectMsMax;
  private ClientConnection connection;
  private boolean stopped;

  /**
   * @param requestMsMax how long it waits for an answer before {@link #unanswered}
   * @param reconnectMsMax how long it rests between connections, at most
   */
  protected ConnectedClient(ClientSide side, String name, int requestMsMax, int reconnectMsMax) {
    this.side = side;
    this.name = name;
    this.requestMsMax = requestMsMax;
    this.reconnectMsMax = reconnectMsMax;
  }

  /** Whom to connect to; null: nobody now. */
  protected abstract ServerSide next();

  /** There is a new connection to {@link #next}; nothing is under way on it. */
  protected abstract void opened();

  /** There was no answer in time, on the present connection. */
  protected abstract void unanswered(ApiKeys key);

  public final void start() {
    connect();
  }

  /** The client leaves for good. */
  public final void stop() {
    stopped = true;
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  /** Whom it is connected to; null: nobody. */
  protected final ServerSide server() {
    return connection == null ? null : connection.server();
  }

  protected final boolean isConnected() {
    return connection != null;
  }

  private void connect() {
    if (stopped || connection != null) {
      return;
    }
    if (open(next())) {
      opened();
    } else {
      connectLater();
    }
  }

  private boolean open(ServerSide server) {
    connection = server == null ? null : ClientConnection.open(side, server, name, this::lost);
    return connection != null;
  }

  /** Goes from the broker that it is connected to to another one; false: it tries again later. */
  protected final boolean change(ServerSide server) {
    if (server() != server) {
      connection.close();
      if (!open(server)) {
        connectLater();
        return false;
      }
    }
    return true;
  }

  private void lost() {
    connection = null;
    connectLater();
  }

  /** Gives the connection up and tries again on another. */
  public final void reconnect() {
    if (connection != null) {
      connection.close();
      lost();
    }
  }

  private void connectLater() {
    side.clock().after(20 + side.random().nextInt(reconnectMsMax), this::connect);
  }

  /** The answer is dropped if the connection has been given up before it comes. */
  public final <T extends ApiMessage> void call(
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
    side.clock()
        .after(
            requestMsMax,
            () -> {
              if (!answered[0] && used == connection) {
                unanswered(key);
              }
            });
  }

  final SimRandomness random() {
    return side.random();
  }

  /** Something happened to this client that must not. */
  protected final void violation(String what) {
    side.violation(name + ": " + what);
  }

  /** Runs {@code task} later, if the connection is still the same then. */
  public final void later(long delayMs, Runnable task) {
    ClientConnection used = connection;
    side.clock()
        .after(
            delayMs,
            () -> {
              if (used != null && used == connection) {
                task.run();
              }
            });
  }
}
