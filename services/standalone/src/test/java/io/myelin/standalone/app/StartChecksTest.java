package io.myelin.standalone.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.standalone.HostPort;
import io.myelin.standalone.Settings;
import io.myelin.standalone.StartException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StartChecksTest {
  private static final HostPort ANY_FREE = new HostPort("localhost", 0);

  @TempDir Path folder;

  private static void check(Path dataDir, HostPort kafka) {
    StartChecks.run(new Settings(List.of(dataDir), kafka, kafka, ANY_FREE, Map.of()));
  }

  @Test
  void makesTheDataDirectory() {
    check(folder.resolve("a/b"), ANY_FREE);

    assertThat(folder.resolve("a/b")).isDirectory();
  }

  @Test
  void refusesAPortInUseAtAnyOfItsAddressesAndNamesTheFlag() throws IOException {
    for (InetSocketAddress one : ANY_FREE.addresses()) {
      try (ServerSocket taken = new ServerSocket(0, 1, one.getAddress())) {
        HostPort address = new HostPort("localhost", taken.getLocalPort());

        assertThatThrownBy(() -> check(folder, address))
            .isInstanceOf(StartException.class)
            .hasMessageContaining(address.toString())
            .hasMessageContaining(one.getAddress().getHostAddress())
            .hasMessageContaining("--kafka");
      }
    }
  }

  @Test
  void refusesADataDirectoryThatIsAFile() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> check(file, ANY_FREE))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is a file");
  }

  @Test
  void refusesADataDirectoryThatCannotBeMade() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> check(file.resolve("below"), ANY_FREE))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("Not a directory")
        .hasMessageContaining("--data-dir");
  }
}
