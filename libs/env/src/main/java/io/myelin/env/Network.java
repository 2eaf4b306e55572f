package io.myelin.env;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reliable, ordered connections of bytes between hosts. Thread-safe; no call blocks, except for the
 * resolution of names in {@link #listen}.
 *
 * <p>Callbacks run on the network's own thread, one at a time, and must be short: hand over to an
 * executor. An exception that one throws is given to the thread's uncaught exception handler and
 * closes the connection that it was about.
 *
 * <p>Meant for control traffic, reachability checks and the simulator. Clients' traffic has a
 * transport of its own in the broker.
 */
public interface Network {

  /**
   * Accepts connections from the moment it returns.
   *
   * @param port 0 for any free one
   * @throws java.net.BindException if the address is not ours or taken
   */
  Listener listen(String host, int port, Acceptor acceptor) throws IOException;

  /** Calls exactly one method of {@code dialer}, within {@code timeoutMs} or soon after. */
  void connect(String host, int port, long timeoutMs, Dialer dialer);

  /** Closes everything that it opened, without callbacks. Idempotent. */
  default void close() {}

  /** An address that accepts connections. */
  interface Listener extends Closeable {
    int port();

    /** Frees the address; connections that were accepted live on. Idempotent. */
    @Override
    void close();
  }

  /** Takes over connections that others opened to us. */
  @FunctionalInterface
  interface Acceptor {
    Receiver accepted(Connection connection);
  }

  /** Learns how an attempt to connect ended. */
  interface Dialer {
    Receiver connected(Connection connection);

    void failed(ConnectFailure failure);
  }

  /** Why there is no connection. */
  enum ConnectFailure {
    /** The host lives and nobody listens there: the process that did is gone. */
    REFUSED,
    /** No answer in time, no route, or no such name: the process may well be alive. */
    UNREACHABLE
  }

  /** What the other side does. */
  interface Receiver {
    /** {@code bytes} are valid only during the call. */
    void received(ByteBuffer bytes);

    /**
     * The connection ended, whoever ended it; the last call, made exactly once. Bytes that were
     * sent may not have arrived.
     */
    void closed();
  }

  /** One end of an open connection. */
  interface Connection {
    /** What may wait to be sent. 1 MiB: a peer that does not read must not fill our heap. */
    int PENDING_BYTES_MAX = 1 << 20;

    /**
     * Copies and sends the remaining bytes; false, with nothing taken, when more than {@link
     * #PENDING_BYTES_MAX} would wait or the connection has ended.
     */
    boolean send(ByteBuffer bytes);

    /** Ends the connection; bytes that still wait are dropped. Idempotent. */
    void close();
  }
}
