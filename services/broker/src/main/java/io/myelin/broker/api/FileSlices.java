package io.myelin.broker.api;

import io.myelin.log.FileSlice;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.RecordsSend;

/**
 * Records of a response that lie in a segment's file and go from there to the socket.
 *
 * <p>Owns the slice: it is released once the bytes have left, or when the response is dropped,
 * whichever comes first and only once. A handler that puts it into a response is not concerned with
 * it any more. Thread-safe.
 */
public final class FileSlices implements BaseRecords {
  private final FileSlice slice;
  private final AtomicBoolean released = new AtomicBoolean();

  public FileSlices(FileSlice slice) {
    this.slice = slice;
  }

  public FileSlice slice() {
    return slice;
  }

  @Override
  public int sizeInBytes() {
    return slice.length();
  }

  /** Idempotent. */
  public void release() {
    if (released.compareAndSet(false, true)) {
      slice.release();
    }
  }

  /** Releases what a response that nobody will send holds. */
  public static void releaseAll(ApiMessage response) {
    if (response instanceof FetchResponseData fetch) {
      for (var topic : fetch.responses()) {
        for (var partition : topic.partitions()) {
          if (partition.records() instanceof FileSlices slices) {
            slices.release();
          }
        }
      }
    }
  }

  @Override
  public RecordsSend<? extends BaseRecords> toSend() {
    throw new UnsupportedOperationException("the connection sends it, not Kafka's network layer");
  }
}
