package io.myelin.standalone.app;

import io.myelin.standalone.HostPort;
import io.myelin.standalone.NodeSettings;
import io.myelin.standalone.Settings;
import io.myelin.standalone.StartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What commonly keeps a start from succeeding, found before anything runs so that the answer is one
 * line. Only a courtesy: whoever opens the port or the directory later still checks for itself.
 */
final class StartChecks {
  private StartChecks() {}

  static void run(Settings settings) {
    settings.logDirs().forEach(StartChecks::checkDirectory);
    NodeSettings node = NodeSettings.of(settings.config());
    if (node.role() != NodeSettings.Role.CONTROLLER) {
      checkFree(settings.kafka(), "--kafka");
    }
    if (node.role() != NodeSettings.Role.STANDALONE) {
      checkFree(node.grpc(), NodeSettings.GRPC_KEY);
    }
    checkFree(settings.http(), "--http");
  }

  private static void checkDirectory(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (FileAlreadyExistsException e) {
      throw new StartException(
          "the data directory " + directory + " is a file; choose another with --data-dir", e);
    } catch (IOException e) {
      throw new StartException(
          "cannot create the data directory "
              + directory
              + " ("
              + e.getClass().getSimpleName()
              + "); create it, or choose another with --data-dir",
          e);
    }
    if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
      throw new StartException(
          "no permission to write to the data directory "
              + directory
              + "; make it yours (chown), or choose another with --data-dir");
    }
  }

  private static void checkFree(HostPort address, String flag) {
    try (ServerSocket probe = new ServerSocket()) {
      // As the servers do: a port whose last connections are still being forgotten is free.
      probe.setReuseAddress(true);
      probe.bind(socketAddress(address));
    } catch (UnknownHostException e) {
      throw new StartException(
          "the host name " + address.host() + " is not known here; choose another with " + flag, e);
    } catch (IOException e) {
      throw new StartException(
          "cannot listen on "
              + address
              + " ("
              + e.getMessage()
              + "); stop what uses it, or choose another with "
              + flag
              + " HOST:PORT",
          e);
    }
  }

  private static InetSocketAddress socketAddress(HostPort address) throws UnknownHostException {
    return address.host().isEmpty()
        ? new InetSocketAddress(address.port())
        : new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
  }
}
