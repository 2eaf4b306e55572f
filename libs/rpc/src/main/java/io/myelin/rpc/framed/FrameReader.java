package io.myelin.rpc.framed;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Finds the frames in a stream of bytes. Confined to one thread. */
final class FrameReader {
  private ByteBuffer rest = ByteBuffer.allocate(0);

  /**
   * Gives the frames that are complete to {@code frames}, whose views stay valid.
   *
   * @param bytes which this reader keeps
   * @throws IllegalArgumentException if they are not frames
   */
  void read(ByteBuffer bytes, Consumer<Frame> frames) {
    ByteBuffer all = bytes;
    if (rest.hasRemaining()) {
      all = ByteBuffer.allocate(rest.remaining() + bytes.remaining()).put(rest).put(bytes).flip();
    }
    while (all.remaining() >= Integer.BYTES) {
      int length = all.getInt(all.position());
      if (length < Frame.HEAD_BYTES - Integer.BYTES || length > Frame.BYTES_MAX) {
        throw new IllegalArgumentException("A frame of " + length + " bytes");
      }
      if (all.remaining() < Integer.BYTES + length) {
        break;
      }
      frames.accept(Frame.decode(all.slice(all.position() + Integer.BYTES, length)));
      all.position(all.position() + Integer.BYTES + length);
    }
    rest = all;
  }
}
