package io.myelin.log.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.xerial.snappy.Snappy;

/**
 * Decompresses snappy in the framing of snappy-java, which Kafka's clients use, or one bare snappy
 * block, which it takes for the same. Big-endian.
 *
 * <pre>
 * size field
 *    8 magic
 *    4 version
 *    4 lowest version that may read it, ignored
 *      chunks: 4 bytes length, a snappy block; in place of a chunk another header may stand
 * </pre>
 *
 * <p>Not snappy-java's own stream: that allocates what a chunk claims to be long, up to 512 MiB,
 * before it looks for the bytes.
 */
final class SnappyInput extends InputStream {
  private static final long MAGIC = 0x82534E4150505900L;
  private static final int MAGIC_HEAD = (int) (MAGIC >> 32);
  private static final int HEADER_BYTES = 16;
  private static final int VERSION_MIN = 1;

  // A copy element takes at least 3 bytes for 64 (2 for 11), so more than this is a lie.
  private static final int EXPANSION_MAX = 22;

  private final ByteBuffer in;
  private final Scratch scratch;
  private byte[] block = new byte[0];
  private int at;
  private int end;

  SnappyInput(ByteBuffer source, Scratch scratch) throws IOException {
    this.in = source.slice();
    this.scratch = scratch;
    if (!in.hasRemaining()) {
      throw new IOException("Nothing where snappy data should be");
    }
    if (in.remaining() >= HEADER_BYTES && in.getLong(0) == MAGIC) {
      // Its versions are not looked at, unlike those of further headers, as in snappy-java.
      in.position(HEADER_BYTES);
    } else {
      unpack(in.remaining());
    }
  }

  private boolean fill() throws IOException {
    while (at == end) {
      if (in.remaining() < Integer.BYTES) {
        return false;
      }
      if (in.getInt(in.position()) != MAGIC_HEAD) {
        unpack(in.getInt());
      } else if (!readFurtherHeader()) {
        return false;
      }
    }
    return true;
  }

  /** False where it is none, which ends the stream. */
  private boolean readFurtherHeader() throws IOException {
    if (in.remaining() < HEADER_BYTES) {
      throw new IOException("A snappy header is cut off");
    }
    long magic = in.getLong();
    int version = in.getInt();
    in.getInt();
    if (magic == MAGIC && version < VERSION_MIN) {
      throw new IOException("A snappy header of version " + version);
    }
    return magic == MAGIC;
  }

  private void unpack(int length) throws IOException {
    if (length < 0 || length > in.remaining()) {
      throw new IOException("A snappy chunk claims " + length + " bytes of " + in.remaining());
    }
    byte[] packed = scratch.packed(length);
    in.get(packed, 0, length);
    int claimed = Snappy.uncompressedLength(packed, 0, length);
    if (claimed < 0 || claimed > (long) EXPANSION_MAX * length) {
      throw new IOException("A snappy chunk of " + length + " bytes claims to hold " + claimed);
    }
    block = scratch.unpacked(claimed);
    at = 0;
    end = Snappy.uncompress(packed, 0, length, block, 0);
    if (end != claimed) {
      throw new IOException("A snappy chunk claims to hold " + claimed + " bytes but has " + end);
    }
  }

  @Override
  public int read() throws IOException {
    return fill() ? block[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, end - at);
    System.arraycopy(block, at, target, offset, count);
    at += count;
    return count;
  }
}
