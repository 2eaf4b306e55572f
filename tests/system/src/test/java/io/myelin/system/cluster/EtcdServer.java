package io.myelin.system.cluster;

import java.io.IOException;
import java.nio.file.Path;

/** An etcd of one member that was there before the clusters. */
final class EtcdServer {
  private EtcdServer() {}

  /**
   * @param port for clients; the next one is for members
   */
  static Process start(Path folder, int port) throws IOException {
    String clients = "http://127.0.0.1:" + port;
    return new ProcessBuilder(
            "etcd",
            "--data-dir",
            folder.resolve("etcd").toString(),
            "--listen-client-urls",
            clients,
            "--advertise-client-urls",
            clients,
            "--listen-peer-urls",
            "http://127.0.0.1:" + (port + 1))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("etcd.log").toFile())
        .start();
  }
}
