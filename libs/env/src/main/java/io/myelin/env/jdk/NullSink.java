package io.myelin.env.jdk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A channel that swallows everything: the kernel reads pages in for it and copies none. */
final class NullSink {
  private static final Path NULL_DEVICE = Path.of("/dev/null");

  private FileChannel channel;

  /** Null on platforms that have no such device. */
  synchronized FileChannel channel() throws IOException {
    // An interrupted reader closes the channels that it transfers between: then a new one.
    if ((channel == null || !channel.isOpen()) && Files.exists(NULL_DEVICE)) {
      channel = FileChannel.open(NULL_DEVICE, StandardOpenOption.WRITE);
    }
    return channel;
  }
}
