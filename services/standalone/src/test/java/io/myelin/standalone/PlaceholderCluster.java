package io.myelin.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Listens and says nothing: enough to try the process around a broker. */
public final class PlaceholderCluster implements EmbeddedCluster {
  private final Settings settings;
  private ServerSocket socket;

  PlaceholderCluster(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Endpoint start() {
    try {
      socket = new ServerSocket();
      socket.bind(new InetSocketAddress(settings.kafka().host(), settings.kafka().port()));
      return new Endpoint(new HostPort(settings.advertised().host(), socket.getLocalPort()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean isServing() {
    return !socket.isClosed();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Found by the service loader. */
  public static final class PlaceholderFactory implements Factory {
    @Override
    public EmbeddedCluster create(Settings settings) {
      return new PlaceholderCluster(settings);
    }
  }
}
