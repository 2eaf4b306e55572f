package io.myelin.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Writable;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Writes into one buffer and hands out the pieces of it that lie between zero-copy fields. Does not
 * own the buffer: every piece that it hands out retains it once.
 */
final class CuttingWriter implements Writable {
  private final ByteBuf head;
  private final ResponseParts out;
  private int handedOut;

  CuttingWriter(ByteBuf head, ResponseParts out) {
    this.head = head;
    this.out = out;
  }

  void finish() {
    if (handedOut == 0) {
      out.bytes(head.retain());
    } else {
      cut();
    }
  }

  private void cut() {
    int end = head.writerIndex();
    if (end > handedOut) {
      int start = handedOut;
      handedOut = end;
      out.bytes(head.retainedSlice(start, end - start));
    }
  }

  @Override
  public void writeRecords(BaseRecords records) {
    if (records instanceof MemoryRecords inMemory) {
      writeByteBuffer(inMemory.buffer());
    } else if (records.sizeInBytes() > 0) {
      cut();
      out.records(records);
    }
  }

  /** The generated code calls this for zero-copy fields only. */
  @Override
  public void writeByteBuffer(ByteBuffer bytes) {
    if (bytes.hasRemaining()) {
      cut();
      out.bytes(Unpooled.wrappedBuffer(bytes));
    }
  }

  @Override
  public void writeByte(byte value) {
    head.writeByte(value);
  }

  @Override
  public void writeShort(short value) {
    head.writeShort(value);
  }

  @Override
  public void writeInt(int value) {
    head.writeInt(value);
  }

  @Override
  public void writeLong(long value) {
    head.writeLong(value);
  }

  @Override
  public void writeDouble(double value) {
    head.writeDouble(value);
  }

  @Override
  public void writeByteArray(byte[] value) {
    head.writeBytes(value);
  }

  @Override
  public void writeUnsignedVarint(int value) {
    writeUnsignedVarlong(Integer.toUnsignedLong(value));
  }

  @Override
  public void writeVarint(int value) {
    writeUnsignedVarint((value << 1) ^ (value >> 31));
  }

  @Override
  public void writeVarlong(long value) {
    writeUnsignedVarlong((value << 1) ^ (value >> 63));
  }

  private void writeUnsignedVarlong(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      head.writeByte((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    head.writeByte((int) rest);
  }
}
