package io.myelin.rpc.framed;

import io.myelin.rpc.Ending;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What goes over a connection.
 *
 * <pre>
 * u32 length of what follows | u8 type | u32 stream (0: the connection) | payload
 *   HELLO   u32 magic | u8 version           the client's first
 *   OPEN    UTF-8 name of the method         the client's; streams count from 1
 *   DATA    u8 1: the message ends here | bytes
 *   CREDIT  u32 bytes                        so many more bytes of DATA frames for this stream
 *   ACK     u32 bytes                        so many bytes of DATA frames arrived
 *   FINISH                                   the client's: no more DATA
 *   END     u8 kind | UTF-8 detail           the stream is over
 *   PING                                     a sign of life
 *   CLOSING                                  the server's: no more OPEN, please
 * </pre>
 */
sealed interface Frame {
  int MAGIC = 0x4d594c52; // "MYLR"
  int VERSION = 1;

  /** Length, type, stream. */
  int HEAD_BYTES = 9;

  /** 16 KiB of a message at a time: others get their turn in between. */
  int CHUNK_BYTES = 16 << 10;

  /** Larger than any frame that we send; a length beyond is no length. */
  int BYTES_MAX = CHUNK_BYTES + 1024;

  /** Room for the first sentences of what went wrong. */
  int DETAIL_CHARS_MAX = 256;

  int stream();

  record Hello(int magic, int version) implements Frame {
    @Override
    public int stream() {
      return 0;
    }
  }

  record Open(int stream, String method) implements Frame {}

  /**
   * @param bytes between position and limit
   */
  record Data(int stream, boolean last, ByteBuffer bytes) implements Frame {
    /** What it takes of both windows: all of the frame, so that small messages count as well. */
    int cost() {
      return HEAD_BYTES + 1 + bytes.remaining();
    }
  }

  record Credit(int stream, int bytes) implements Frame {}

  record Ack(int bytes) implements Frame {
    @Override
    public int stream() {
      return 0;
    }
  }

  record Finish(int stream) implements Frame {}

  record End(int stream, Ending ending) implements Frame {}

  record Ping() implements Frame {
    @Override
    public int stream() {
      return 0;
    }
  }

  record Closing() implements Frame {
    @Override
    public int stream() {
      return 0;
    }
  }

  default ByteBuffer encode() {
    return switch (this) {
      case Hello hello -> head(0, 5).putInt(hello.magic).put((byte) hello.version).flip();
      case Open open -> text(1, new byte[0], open.method);
      case Data data ->
          head(2, 1 + data.bytes.remaining())
              .put((byte) (data.last ? 1 : 0))
              .put(data.bytes.duplicate())
              .flip();
      case Credit credit -> head(3, 4).putInt(credit.bytes).flip();
      case Ack ack -> head(4, 4).putInt(ack.bytes).flip();
      case Finish ignored -> head(5, 0).flip();
      case End end -> {
        String detail = end.ending.detail();
        yield text(
            6,
            new byte[] {(byte) end.ending.kind().ordinal()},
            detail.substring(0, Math.min(DETAIL_CHARS_MAX, detail.length())));
      }
      case Ping ignored -> head(7, 0).flip();
      case Closing ignored -> head(8, 0).flip();
    };
  }

  private ByteBuffer text(int type, byte[] before, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return head(type, before.length + bytes.length).put(before).put(bytes).flip();
  }

  private ByteBuffer head(int type, int payloadBytes) {
    return ByteBuffer.allocate(HEAD_BYTES + payloadBytes)
        .putInt(HEAD_BYTES - 4 + payloadBytes)
        .put((byte) type)
        .putInt(stream());
  }

  /**
   * @param bytes all of a frame behind its length
   * @throws IllegalArgumentException if it is none
   * @throws java.nio.BufferUnderflowException if it is cut off
   */
  static Frame decode(ByteBuffer bytes) {
    int type = bytes.get();
    int stream = bytes.getInt();
    return switch (type) {
      case 0 -> new Hello(bytes.getInt(), bytes.get());
      case 1 -> new Open(stream, text(bytes));
      case 2 -> new Data(stream, bytes.get() != 0, bytes.slice());
      case 3 -> new Credit(stream, bytes.getInt());
      case 4 -> new Ack(bytes.getInt());
      case 5 -> new Finish(stream);
      case 6 -> {
        int kind = bytes.get();
        if (kind < 0 || kind >= Ending.Kind.values().length) {
          throw new IllegalArgumentException("Unknown ending " + kind);
        }
        yield new End(stream, new Ending(Ending.Kind.values()[kind], text(bytes)));
      }
      case 7 -> new Ping();
      case 8 -> new Closing();
      default -> throw new IllegalArgumentException("Unknown frame type " + type);
    };
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }
}
