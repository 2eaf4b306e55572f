package io.myelin.sim;

import io.myelin.env.Network;
import java.net.BindException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Hosts and the ways between them. A cut way delays what is sent until it is healed, as TCP does; a
 * dial that gets no answer in time finds the host unreachable.
 */
public final class SimNetwork {
  /** Where free ports are looked for. */
  private static final int FIRST_FREE_PORT = 40_000;

  private final Simulation simulation;
  private final SimRandomness random;
  private final Map<Address, Network.Acceptor> listeners = new HashMap<>();
  private final Set<Way> cuts = new LinkedHashSet<>();
  private long latencyNsMin = TimeUnit.MICROSECONDS.toNanos(100);
  private long latencyNsMax = TimeUnit.MICROSECONDS.toNanos(500);
  private final List<SimConnection> open = new ArrayList<>();
  private int nextFreePort = FIRST_FREE_PORT;

  SimNetwork(Simulation simulation, SimRandomness random) {
    this.simulation = simulation;
    this.random = random;
  }

  /** The network as {@code host} sees it. */
  public Network at(String host) {
    return new HostNetwork(host);
  }

  /** Between any two hosts, uniformly in between. */
  public void setLatency(long nsMin, long nsMax) {
    latencyNsMin = nsMin;
    latencyNsMax = nsMax;
  }

  /** Nothing gets from one to the other any more; the way back is another one. */
  public void cut(String from, String to) {
    cuts.add(new Way(from, to));
  }

  public void heal(String from, String to) {
    cuts.remove(new Way(from, to));
  }

  boolean isCut(String from, String to) {
    return cuts.contains(new Way(from, to));
  }

  long latencyNs() {
    long span = latencyNsMax - latencyNsMin;
    return latencyNsMin + (span <= 0 ? 0 : Math.floorMod(random.nextLong(), span));
  }

  Simulation simulation() {
    return simulation;
  }

  /**
   * The ends at {@code host} of connections with {@code peer} are gone, and nobody tells the peer,
   * as when a firewall forgets a connection: it finds out by silence. False: there was none.
   */
  public boolean forget(String host, String peer) {
    open.removeIf(SimConnection::isOver);
    List<SimConnection> forgotten = open.stream().filter(end -> end.isBetween(host, peer)).toList();
    forgotten.forEach(SimConnection::vanish);
    return !forgotten.isEmpty();
  }

  private record Address(String host, int port) {}

  private record Way(String from, String to) {}

  private final class HostNetwork implements Network {
    private final String host;
    private final Set<Address> bound = new LinkedHashSet<>();

    /** In the order of their opening: a run must not depend on hash codes. */
    private final Set<SimConnection> connections = new LinkedHashSet<>();

    private boolean closed;

    HostNetwork(String host) {
      this.host = host;
    }

    @Override
    public Listener listen(String bindHost, int port, Acceptor acceptor) throws BindException {
      Address address = new Address(host, port == 0 ? nextFreePort++ : port);
      if (listeners.putIfAbsent(address, wrap(acceptor)) != null) {
        throw new BindException("Address already in use: " + host + ":" + port);
      }
      bound.add(address);
      return new Listener() {
        @Override
        public int port() {
          return address.port;
        }

        @Override
        public void close() {
          if (bound.remove(address)) {
            listeners.remove(address);
          }
        }
      };
    }

    private Acceptor wrap(Acceptor acceptor) {
      return connection -> {
        connections.add((SimConnection) connection);
        return acceptor.accepted(connection);
      };
    }

    @Override
    public void connect(String toHost, int port, long timeoutMs, Dialer dialer) {
      boolean[] decided = new boolean[1];
      SimEvent timeout =
          simulation.schedule(
              "dial timeout",
              TimeUnit.MILLISECONDS.toNanos(timeoutMs),
              () -> {
                decided[0] = true;
                if (!closed) {
                  dialer.failed(ConnectFailure.UNREACHABLE);
                }
              });
      simulation.schedule(
          "dial",
          latencyNs(),
          () -> {
            // Both ways are needed: there and back.
            if (closed || decided[0] || isCut(host, toHost) || isCut(toHost, host)) {
              return;
            }
            simulation.cancel(timeout);
            Acceptor acceptor = listeners.get(new Address(toHost, port));
            if (acceptor == null) {
              dialer.failed(ConnectFailure.REFUSED);
              return;
            }
            SimConnection near = new SimConnection(SimNetwork.this, host, toHost);
            SimConnection far = new SimConnection(SimNetwork.this, toHost, host);
            connections.add(near);
            open.add(near);
            open.add(far);
            near.pair(far, dialer, acceptor);
          });
    }

    @Override
    public void close() {
      closed = true;
      bound.forEach(listeners::remove);
      bound.clear();
      connections.forEach(SimConnection::abandon);
      connections.clear();
    }
  }
}
