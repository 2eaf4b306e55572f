package io.myelin.standalone;

import io.myelin.metadata.BrokerImage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An address as a person writes it: {@code localhost:9092}, {@code [::1]:9092}, {@code :9092}
 * (every interface, as are {@code 0.0.0.0:9092} and {@code [::]:9092}).
 *
 * @param host a name or an address, without brackets; empty for every interface
 * @param port 0 to 65535, 0 for any free one
 */
public record HostPort(String host, int port) {
  private static final Set<String> EVERY_INTERFACE = Set.of("", "0.0.0.0", "::");

  private static final List<InetAddress> LOOPBACKS =
      List.of(
          loopback((byte) 127, (byte) 0, (byte) 0, (byte) 1),
          loopback(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));

  /**
   * Reads {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code :PORT}.
   *
   * @param what names the setting in the error's message
   */
  public static HostPort parse(String text, String what) {
    int colon = text.lastIndexOf(':');
    int port = colon < 0 ? -1 : port(text.substring(colon + 1));
    if (port < 0) {
      throw new StartException(
          what + " is '" + text + "', but must be HOST:PORT, for example localhost:9092");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new StartException(
          what + " is '" + text + "': an IPv6 address needs brackets, for example [::1]:9092");
    }
    return new HostPort(host, port);
  }

  /**
   * Where to listen: for {@code localhost} at both loopback addresses, if this machine has both,
   * since clients try either first; otherwise at the one address that the name stands for.
   */
  public List<InetSocketAddress> addresses() {
    if (host.isEmpty()) {
      return List.of(new InetSocketAddress(port));
    }
    List<InetSocketAddress> addresses = new ArrayList<>();
    addresses.add(new InetSocketAddress(host, port));
    if (host.equals("localhost")) {
      for (InetAddress loopback : LOOPBACKS) {
        InetSocketAddress address = new InetSocketAddress(loopback, port);
        if (!addresses.contains(address) && exists(loopback)) {
          addresses.add(address);
        }
      }
    }
    return addresses;
  }

  /** Whether one can listen there, and nobody can connect to it. */
  boolean isEveryInterface() {
    return EVERY_INTERFACE.contains(host);
  }

  /** As the metadata have it. */
  BrokerImage.Endpoint endpoint() {
    return new BrokerImage.Endpoint(host, port);
  }

  private static boolean exists(InetAddress address) {
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false; // the other one does
    }
  }

  private static InetAddress loopback(byte... address) {
    try {
      return InetAddress.getByAddress("localhost", address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four or sixteen bytes are an address", e);
    }
  }

  private static int port(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    int port = Integer.parseInt(text);
    return port <= 65535 ? port : -1;
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
