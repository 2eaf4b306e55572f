package io.myelin.log.record;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/** Writes one LZ4 frame of independent 64 KiB blocks without checksums. See {@link Lz4Frame}. */
final class Lz4Output extends OutputStream {
  private static final int BLOCK_BYTES = Lz4Frame.blockBytesMax(Lz4Frame.BLOCK_SIZE_64_KIB);

  private final OutputStream out;
  private final LZ4Compressor compressor;
  private final byte[] block = new byte[BLOCK_BYTES];
  private final byte[] packed;
  private int blockSize;

  Lz4Output(OutputStream out, int level) throws IOException {
    this.out = out;
    // Kafka's default level stands for the fast compressor, every other for the thorough one.
    this.compressor =
        level == CompressionType.LZ4.defaultLevel()
            ? LZ4Factory.fastestInstance().fastCompressor()
            : LZ4Factory.fastestInstance().highCompressor(level);
    this.packed = new byte[compressor.maxCompressedLength(BLOCK_BYTES)];
    byte[] header = new byte[7];
    ByteBuffer.wrap(header)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(Lz4Frame.MAGIC)
        .put((byte) (Lz4Frame.VERSION << 6 | Lz4Frame.INDEPENDENT_FLAG))
        .put((byte) (Lz4Frame.BLOCK_SIZE_64_KIB << 4));
    header[6] = Lz4Frame.headerChecksum(Lz4Frame.XXH32.hash(header, 4, 2, 0));
    out.write(header);
  }

  @Override
  public void write(int b) throws IOException {
    if (blockSize == BLOCK_BYTES) {
      writeBlock();
    }
    block[blockSize++] = (byte) b;
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    int from = offset;
    int left = length;
    while (left > 0) {
      if (blockSize == BLOCK_BYTES) {
        writeBlock();
      }
      int count = Math.min(left, BLOCK_BYTES - blockSize);
      System.arraycopy(source, from, block, blockSize, count);
      blockSize += count;
      from += count;
      left -= count;
    }
  }

  private void writeBlock() throws IOException {
    if (blockSize == 0) {
      return;
    }
    int length = compressor.compress(block, 0, blockSize, packed, 0);
    if (length < blockSize) {
      writeInt(length);
      out.write(packed, 0, length);
    } else {
      writeInt(blockSize | Lz4Frame.STORED_FLAG);
      out.write(block, 0, blockSize);
    }
    blockSize = 0;
  }

  private void writeInt(int value) throws IOException {
    out.write(value);
    out.write(value >> 8);
    out.write(value >> 16);
    out.write(value >> 24);
  }

  @Override
  public void close() throws IOException {
    writeBlock();
    writeInt(0);
    out.close();
  }
}
