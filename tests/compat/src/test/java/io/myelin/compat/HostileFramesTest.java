package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Frames as large as are allowed, on the heap that a broker has: others are served all the same.
 */
final class HostileFramesTest {
  private static final int FRAME_BYTES = 90 << 20;
  private static final int FRAME_BYTES_MAX = 100 << 20;

  @TempDir Path temp;

  private MyelinProcess myelin;
  private Admin other;

  @BeforeEach
  void start() throws IOException {
    myelin = MyelinProcess.start(temp.resolve("data"));
    other = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, myelin.bootstrap()));
  }

  @AfterEach
  void stop() throws InterruptedException {
    other.close();
    myelin.close();
  }

  @Test
  void aListThatClaimsMoreThanTheHeapHolds() throws Exception {
    assertEnds(describeGroups(67_000_000));
    assertServed();
    myelin.untilPrinted("Tried to allocate a collection of size 67000000");
  }

  @Test
  void millionsOfEmptyNames() throws Exception {
    assertEnds(describeGroups(900_000));
    assertServed();
    myelin.untilPrinted("bytes of the heap");
  }

  /** A frame of zeros, that is of empty names, of which it claims to have {@code count}. */
  private static ByteBuffer describeGroups(int count) {
    return ByteBuffer.allocate(4 + FRAME_BYTES)
        .putInt(FRAME_BYTES)
        .putShort(ApiKeys.DESCRIBE_GROUPS.id)
        .putShort((short) 0)
        .putInt(11)
        .putShort((short) -1)
        .putInt(count)
        .rewind();
  }

  @Test
  void framesThatAreAnnouncedAndNeverSent() throws Exception {
    try (Socket first = announce();
        Socket second = announce()) {
      assertServed();
      assertThat(ended(first) || ended(second)).as("one had to give way").isTrue();
    }
  }

  private Socket announce() throws IOException {
    Socket socket = connect();
    new DataOutputStream(socket.getOutputStream()).writeInt(FRAME_BYTES_MAX);
    return socket;
  }

  private static boolean ended(Socket socket) throws IOException {
    socket.setSoTimeout(1_000);
    try {
      return socket.getInputStream().read() == -1;
    } catch (SocketException e) {
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private void assertEnds(ByteBuffer frame) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(frame.array());
      socket.setSoTimeout(30_000);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  private Socket connect() throws IOException {
    String[] address = myelin.bootstrap().split(":");
    return new Socket(address[0], Integer.parseInt(address[1]));
  }

  /** By a request that is sent now. */
  private void assertServed() throws Exception {
    assertThat(other.listTopics().names().get(25, TimeUnit.SECONDS)).isEmpty();
  }
}
