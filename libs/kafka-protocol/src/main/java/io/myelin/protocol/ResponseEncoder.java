package io.myelin.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/**
 * Writes responses: length, header and message into one pooled direct buffer of exactly their size,
 * which is cut where records go. Thread-safe, never blocks.
 *
 * <p>Ownership: each buffer handed to the {@link ResponseParts} belongs to it; records are passed
 * through and stay whose they were. If encoding fails, the buffers handed out until then are the
 * receiver's to release, none else is left.
 */
public final class ResponseEncoder {
  private ResponseEncoder() {}

  /**
   * Encodes one response and returns the bytes that it takes on the wire, its length field
   * included.
   *
   * @param version of the message; the header's follows from it (ApiVersions answers with header
   *     version 0 for ever, because the client does not know yet what the broker speaks)
   */
  public static int encode(
      ByteBufAllocator allocator,
      ApiKeys key,
      short version,
      int correlationId,
      ApiMessage message,
      ResponseParts out) {
    ResponseHeaderData header = new ResponseHeaderData().setCorrelationId(correlationId);
    short headerVersion = key.responseHeaderVersion(version);
    ObjectSerializationCache cache = new ObjectSerializationCache();
    MessageSizeAccumulator size = new MessageSizeAccumulator();
    header.addSize(size, cache, headerVersion);
    message.addSize(size, cache, version);

    ByteBuf head = allocator.directBuffer(Integer.BYTES + size.sizeExcludingZeroCopy());
    CuttingWriter writer = new CuttingWriter(head, out);
    try {
      writer.writeInt(size.totalSize());
      header.write(writer, cache, headerVersion);
      message.write(writer, cache, version);
      writer.finish();
    } finally {
      head.release();
    }
    return Integer.BYTES + size.totalSize();
  }
}
