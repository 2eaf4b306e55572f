package io.myelin.system.cluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;

/** Addresses that are free now; nothing keeps others from taking them. */
public final class Ports {
  // Well-known ports are below, and above are those that the kernel gives to connections.
  private static final int RANGES_BEGIN = 10_000;
  private static final int RANGES_END = 32_000;

  private Ports() {}

  static InetSocketAddress free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }
  }

  /**
   * The first of {@code count} ports that nobody listens on now, below those that connections get.
   */
  public static int freeRange(int count) throws IOException {
    Random random = new Random();
    while (true) {
      int base = RANGES_BEGIN + count * random.nextInt((RANGES_END - RANGES_BEGIN) / count);
      if (areFree(base, count)) {
        return base;
      }
    }
  }

  private static boolean areFree(int base, int count) throws IOException {
    for (int port = base; port < base + count; port++) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      } catch (BindException e) {
        return false;
      }
    }
    return true;
  }

  static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
