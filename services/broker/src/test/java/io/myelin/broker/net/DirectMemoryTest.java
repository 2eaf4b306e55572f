package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class DirectMemoryTest {
  private static final long MIB = 1 << 20;

  private static NetworkConfig withRequestsOf(long bytes) {
    NetworkConfig d = NetworkConfig.defaults();
    return new NetworkConfig(
        d.connectionsMaxIdleMs(),
        (int) Math.min(bytes, Integer.MAX_VALUE),
        bytes,
        d.requestMemoryWaitMsMax(),
        d.connectionRequestsMax(),
        d.connectionBytesMax(),
        4,
        d.acceptBacklog());
  }

  @Test
  void theDefaultsFitIntoWhatTheLauncherAllows() {
    assertThatCode(() -> DirectMemory.check(withRequestsOf(160 * MIB), 320 * MIB))
        .doesNotThrowAnyException();
  }

  @Test
  void tooLittleMemoryIsRefusedWithTheOptionThatWouldDo() {
    NetworkConfig config = withRequestsOf(400 * MIB);

    assertThatThrownBy(() -> DirectMemory.check(config, 320 * MIB))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("allows 320 MiB")
        .hasMessageContaining("-XX:MaxDirectMemorySize=564m")
        .hasMessageContaining("socket.request.max.bytes");
    assertThatCode(() -> DirectMemory.check(config, 564 * MIB)).doesNotThrowAnyException();
  }
}
