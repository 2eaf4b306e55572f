package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ports that somebody else has. */
final class PortTroubleTest {
  @TempDir Path temp;

  @Test
  void aPortForKafkaClientsInUseAtEitherAddressOfLocalhostIsRefusedInOneLine() throws IOException {
    for (InetAddress loopback : loopbacks()) {
      try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
        String where = "localhost:" + taken.getLocalPort();

        assertThat(refusal("--kafka", where, "--http", "127.0.0.1:0"))
            .startsWith("myelin: cannot listen on " + where + " (" + loopback.getHostAddress())
            .contains("stop what uses it", "--kafka HOST:PORT");
      }
    }
  }

  @Test
  void aPortForHttpInUseIsRefusedInOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, loopbacks().getFirst())) {
      String where = "127.0.0.1:" + taken.getLocalPort();

      assertThat(refusal("--kafka", "127.0.0.1:0", "--http", where))
          .startsWith("myelin: cannot listen on " + where)
          .contains("stop what uses it", "--http HOST:PORT");
    }
  }

  /** Those that this machine has. */
  private static List<InetAddress> loopbacks() throws IOException {
    List<InetAddress> loopbacks = new ArrayList<>();
    for (String address : List.of("127.0.0.1", "::1")) {
      InetAddress loopback = InetAddress.getByName(address);
      if (NetworkInterface.getByInetAddress(loopback) != null) {
        loopbacks.add(loopback);
      }
    }
    return loopbacks;
  }

  /** The one line of a start that is refused and leaves its directory as it is. */
  private String refusal(String... flags) throws IOException {
    Path data = Files.createDirectories(temp.resolve("data"));
    Path precious = Files.writeString(data.resolve("precious"), "mine");
    List<String> words = new ArrayList<>();
    words.add(MyelinProcess.home().resolve("bin/myelin").toString());
    words.addAll(List.of("up", "--data-dir", data.toString()));
    words.addAll(List.of(flags));

    Command refused = Command.run(temp, "", words);

    assertThat(refused.exitCode()).as(refused.output()).isOne();
    assertThat(refused.output().lines()).hasSize(1);
    try (Stream<Path> left = Files.list(data)) {
      assertThat(left).containsExactly(precious);
    }
    return refused.output();
  }
}
