package io.myelin.broker.net;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;

/**
 * Whether the JVM lets requests have the memory outside of the heap that they are promised. At the
 * limit it would collect garbage and sleep on an event loop, and then end the process: so it is
 * found out before anybody connects.
 */
final class DirectMemory {
  // Netty's pool rounds a buffer up by a quarter at worst.
  private static final int ROUNDED_UP_PERCENT = 125;
  // An arena keeps some chunks of 4 MiB partly used.
  private static final long BYTES_PER_ARENA = 8L << 20;
  // Answers, and the JDK's own buffers for files.
  private static final long REST_BYTES = 32L << 20;

  private DirectMemory() {}

  /** What the JVM allows, bytes. */
  static long limitBytes() {
    return PlatformDependent.maxDirectMemory();
  }

  /**
   * @throws IOException that says what to do, if {@code limitBytes} are too few
   */
  static void check(NetworkConfig config, long limitBytes) throws IOException {
    long needed = neededBytes(config);
    if (needed > limitBytes) {
      throw new IOException(
          ("requests may take %d MiB outside of the heap (socket.request.max.bytes is %d), for which"
                  + " the JVM has to allow %d MiB; it allows %d MiB. Start it with"
                  + " MYELIN_JAVA_OPTS=-XX:MaxDirectMemorySize=%dm, or lower"
                  + " socket.request.max.bytes")
              .formatted(
                  mebibytes(config.requestMemoryBytes()),
                  config.requestBytesMax(),
                  mebibytes(needed),
                  limitBytes >> 20,
                  mebibytes(needed)));
    }
  }

  private static long neededBytes(NetworkConfig config) {
    return config.requestMemoryBytes() * ROUNDED_UP_PERCENT / 100
        + config.ioThreads() * BYTES_PER_ARENA
        + REST_BYTES;
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}
