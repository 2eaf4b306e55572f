package io.myelin.log.record;

import static io.myelin.log.record.Lz4Frame.XXH32;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * Decompresses one LZ4 frame; what follows the frame is ignored, as in Kafka. See {@link Lz4Frame}.
 */
final class Lz4Input extends InputStream {
  private static final LZ4SafeDecompressor DECOMPRESSOR =
      LZ4Factory.fastestInstance().safeDecompressor();

  private final ByteBuffer in;
  private final Scratch scratch;
  private final boolean blockChecksums;
  private final boolean contentChecksum;
  private final int blockBytesMax;
  private ByteBuffer block = ByteBuffer.allocate(0);
  private boolean finished;

  Lz4Input(ByteBuffer source, Scratch scratch) throws IOException {
    this.in = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.scratch = scratch;
    try {
      if (in.getInt() != Lz4Frame.MAGIC) {
        throw new IOException("Not an LZ4 frame");
      }
      int start = in.position();
      int flags = in.get();
      int descriptor = in.get();
      int sizeId = (descriptor >> 4) & 7;
      check((flags & 0xC3) == Lz4Frame.VERSION << 6, "flags");
      check((flags & Lz4Frame.INDEPENDENT_FLAG) != 0, "dependent blocks");
      check((descriptor & 0x8F) == 0 && sizeId >= Lz4Frame.BLOCK_SIZE_64_KIB, "block size");
      if ((flags & Lz4Frame.CONTENT_SIZE_FLAG) != 0) {
        in.getLong();
      }
      int length = in.position() - start;
      check(
          in.get() == Lz4Frame.headerChecksum(XXH32.hash(in, start, length, 0)), "header checksum");
      blockChecksums = (flags & Lz4Frame.BLOCK_CHECKSUM_FLAG) != 0;
      contentChecksum = (flags & Lz4Frame.CONTENT_CHECKSUM_FLAG) != 0;
      blockBytesMax = Lz4Frame.blockBytesMax(sizeId);
    } catch (BufferUnderflowException e) {
      throw new IOException("An LZ4 frame ends in its header", e);
    }
  }

  private static void check(boolean good, String what) throws IOException {
    if (!good) {
      throw new IOException("An LZ4 frame with unsupported or damaged " + what);
    }
  }

  /** Whether there is at least one byte in the block. */
  private boolean fill() throws IOException {
    while (!block.hasRemaining() && !finished) {
      try {
        readBlock();
      } catch (BufferUnderflowException e) {
        throw new IOException("An LZ4 frame ends too early", e);
      } catch (LZ4Exception e) {
        throw new IOException("A damaged LZ4 block", e);
      }
    }
    return !finished;
  }

  private void readBlock() throws IOException {
    int word = in.getInt();
    int length = word & ~Lz4Frame.STORED_FLAG;
    if (length == 0) {
      finished = true;
      if (contentChecksum) {
        in.getInt();
      }
      return;
    }
    check(length <= blockBytesMax && length <= in.remaining(), "block length");
    int start = in.position();
    if ((word & Lz4Frame.STORED_FLAG) != 0) {
      block = in.slice(start, length);
    } else {
      ByteBuffer target = scratch.unpackedBlock(blockBytesMax);
      int unpacked = DECOMPRESSOR.decompress(in, start, length, target, 0, blockBytesMax);
      block = target.limit(unpacked);
    }
    in.position(start + length);
    if (blockChecksums) {
      check(XXH32.hash(in, start, length, 0) == in.getInt(), "block checksum");
    }
  }

  @Override
  public int read() throws IOException {
    return fill() ? block.get() & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, block.remaining());
    block.get(target, offset, count);
    return count;
  }
}
