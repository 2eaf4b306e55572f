package io.myelin.protocol;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Readable;

/**
 * The bytes of one request, read with a bound to the heap that what is read may take: a frame of a
 * few megabytes can name millions of empty strings, and a length that lies reserves a list for as
 * many. Views of the frame ({@link #readByteBuffer}) cost as little as a number.
 *
 * <p>Every element of a list takes at least one read. So what is left of the bound also bounds how
 * long a list may be: {@link #remaining} says no more, and the generated classes refuse a longer
 * one before they reserve it.
 *
 * <p>One thread at a time.
 */
final class BoundedReadable implements Readable {
  /** What one field takes: a share of its object, or a string's or a boxed number's header. */
  static final int HEAP_BYTES_PER_READ = 32;

  private final ByteBufferAccessor bytes;
  private final long heapBytesMax;
  private long heapBytes;

  /**
   * @param heapBytesMax what one request may take, roughly
   */
  BoundedReadable(ByteBuffer bytes, long heapBytesMax) {
    this.bytes = new ByteBufferAccessor(bytes);
    this.heapBytesMax = heapBytesMax;
  }

  private void take(int heapBytesOfField) {
    heapBytes += HEAP_BYTES_PER_READ + heapBytesOfField;
    if (heapBytes > heapBytesMax) {
      throw new InvalidRequestException(
          "its fields would take more than " + heapBytesMax + " bytes of the heap");
    }
  }

  @Override
  public byte readByte() {
    take(0);
    return bytes.readByte();
  }

  @Override
  public short readShort() {
    take(0);
    return bytes.readShort();
  }

  @Override
  public int readInt() {
    take(0);
    return bytes.readInt();
  }

  @Override
  public long readLong() {
    take(0);
    return bytes.readLong();
  }

  @Override
  public double readDouble() {
    take(0);
    return bytes.readDouble();
  }

  @Override
  public int readUnsignedVarint() {
    take(0);
    return bytes.readUnsignedVarint();
  }

  @Override
  public int readVarint() {
    take(0);
    return bytes.readVarint();
  }

  @Override
  public long readVarlong() {
    take(0);
    return bytes.readVarlong();
  }

  /** A copy. */
  @Override
  public byte[] readArray(int length) {
    take(Math.max(0, length));
    return bytes.readArray(length);
  }

  /** A view. */
  @Override
  public ByteBuffer readByteBuffer(int length) {
    take(0);
    return bytes.readByteBuffer(length);
  }

  @Override
  public int remaining() {
    return (int) Math.min(bytes.remaining(), (heapBytesMax - heapBytes) / HEAP_BYTES_PER_READ);
  }

  /** What is left of the bytes, under what is left of the bound. */
  @Override
  public Readable slice() {
    return new BoundedReadable(bytes.buffer().slice(), heapBytesMax - heapBytes);
  }
}
