package io.myelin.standalone.app;

import io.myelin.standalone.HostPort;
import io.myelin.standalone.NodeSettings;
import io.myelin.standalone.Settings;
import io.myelin.standalone.StartException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
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
      HostPort kafka = settings.kafka();
      kafka.addresses().forEach(address -> checkFree(kafka, address, "--kafka"));
    }
    // Who is no client of Kafka is listened to at one address, also where a name has two.
    if (node.role() != NodeSettings.Role.STANDALONE) {
      checkFree(node.grpc(), node.grpc().addresses().getFirst(), NodeSettings.GRPC_KEY);
    }
    checkFree(settings.http(), settings.http().addresses().getFirst(), "--http");
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
              + reason(e)
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

  private static String reason(IOException e) {
    return e instanceof FileSystemException said && said.getReason() != null
        ? said.getReason()
        : e.getClass().getSimpleName();
  }

  private static void checkFree(HostPort asked, InetSocketAddress address, String flag) {
    if (address.isUnresolved()) {
      throw new StartException(
          "the host name " + asked.host() + " is not known here; choose another with " + flag);
    }
    try (ServerSocket probe = new ServerSocket()) {
      // As the servers do: a port whose last connections are still being forgotten is free.
      probe.setReuseAddress(true);
      probe.bind(address);
    } catch (IOException e) {
      throw new StartException(
          "cannot listen on "
              + asked
              + " ("
              + address.getAddress().getHostAddress()
              + ": "
              + e.getMessage()
              + "); stop what uses it, or choose another with "
              + flag
              + " HOST:PORT",
          e);
    }
  }
}
