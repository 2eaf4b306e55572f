package io.myelin.log.record;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.xerial.snappy.SnappyOutputStream;

/**
 * Codecs as streams, in the framings that Kafka's clients read and write. Memory is bounded by what
 * is really there (a block, a window), never by what a header claims. Streams are confined to one
 * thread and must be closed.
 */
final class Compression {
  // Each record is several tiny writes; codecs behind JNI want larger ones.
  private static final int OUTPUT_BUFFER_BYTES = 16 * 1024;
  private static final int GZIP_BUFFER_BYTES = 8 * 1024;

  private Compression() {}

  /** Decompresses {@code source}, whose position does not move. */
  static InputStream input(CompressionType type, ByteBuffer source, Scratch scratch)
      throws IOException {
    return switch (type) {
      case NONE -> new BufferInput(source);
      case GZIP -> new GZIPInputStream(new BufferInput(source), GZIP_BUFFER_BYTES);
      case SNAPPY -> new SnappyInput(source, scratch);
      case LZ4 -> new Lz4Input(source, scratch);
      case ZSTD ->
          new ZstdInputStreamNoFinalizer(new BufferInput(source), RecyclingBufferPool.INSTANCE);
    };
  }

  /**
   * @param level ignored by the codecs that have none
   */
  static OutputStream output(CompressionType type, int level, OutputStream target)
      throws IOException {
    return switch (type) {
      case NONE -> target;
      case GZIP -> new BufferedOutputStream(new LevelledGzip(target, level), OUTPUT_BUFFER_BYTES);
      case SNAPPY -> new SnappyOutputStream(target);
      case LZ4 -> new Lz4Output(target, level);
      case ZSTD ->
          new BufferedOutputStream(
              new ZstdOutputStreamNoFinalizer(target, RecyclingBufferPool.INSTANCE, level),
              OUTPUT_BUFFER_BYTES);
    };
  }

  private static final class LevelledGzip extends GZIPOutputStream {
    LevelledGzip(OutputStream target, int level) throws IOException {
      super(target, GZIP_BUFFER_BYTES);
      def.setLevel(level);
    }
  }

  private static final class BufferInput extends InputStream {
    private final ByteBuffer source;

    BufferInput(ByteBuffer source) {
      this.source = source.duplicate();
    }

    @Override
    public int read() {
      return source.hasRemaining() ? source.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      if (!source.hasRemaining()) {
        return -1;
      }
      int count = Math.min(length, source.remaining());
      source.get(target, offset, count);
      return count;
    }
  }
}
