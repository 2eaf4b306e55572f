package io.myelin.broker.api;

import io.myelin.log.FileSlice;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.RecordsSend;

/**
 * A slice of a segment's file as the records of a fetch response: the front sends it without
 * copying. Whoever drops a response that was not sent releases the slice.
 */
public record SliceRecords(FileSlice slice) implements BaseRecords {

  @Override
  public int sizeInBytes() {
    return slice.length();
  }

  @Override
  public RecordsSend<? extends BaseRecords> toSend() {
    throw new IllegalStateException("file slices leave through the Netty front");
  }
}
