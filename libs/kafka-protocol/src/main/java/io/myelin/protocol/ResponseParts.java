package io.myelin.protocol;

import io.netty.buffer.ByteBuf;
import org.apache.kafka.common.record.internal.BaseRecords;

/** Takes the pieces of an encoded response, in the order in which they have to leave. */
public interface ResponseParts {

  /** The receiver owns {@code part} and releases it, also when it throws. */
  void bytes(ByteBuf part);

  /**
   * Records of at least one byte, passed through as the handler gave them; exactly {@code
   * records.sizeInBytes()} bytes have to leave in their place.
   */
  void records(BaseRecords records);
}
