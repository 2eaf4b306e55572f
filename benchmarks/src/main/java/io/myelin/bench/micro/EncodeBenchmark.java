package io.myelin.bench.micro;

import io.myelin.protocol.ResponseEncoder;
import io.myelin.protocol.ResponseParts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.RecordsSend;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A Fetch response into what lies between its records, which are passed through. */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EncodeBenchmark extends HotLoop {
  private static final short VERSION = ApiKeys.FETCH.latestVersion();

  @Param({"1", "10", "100"})
  public int partitions;

  private final FetchResponseData response = new FetchResponseData().setSessionId(7);
  private final Dropped parts = new Dropped();

  @Setup
  public void makeResponse() {
    FetchableTopicResponse topic = new FetchableTopicResponse().setTopicId(new Uuid(1, 2));
    for (int i = 0; i < partitions; i++) {
      topic
          .partitions()
          .add(
              new PartitionData()
                  .setPartitionIndex(i)
                  .setHighWatermark(1_000_000)
                  .setLastStableOffset(1_000_000)
                  .setLogStartOffset(0)
                  .setRecords(new InAFile(65_536)));
    }
    response.responses().add(topic);
  }

  @Benchmark
  public int encode() {
    return ResponseEncoder.encode(
        PooledByteBufAllocator.DEFAULT, ApiKeys.FETCH, VERSION, 7, response, parts);
  }

  /** Stands for a slice of a segment. */
  private record InAFile(int sizeInBytes) implements BaseRecords {
    @Override
    public RecordsSend<? extends BaseRecords> toSend() {
      throw new UnsupportedOperationException("nobody sends it");
    }
  }

  private static final class Dropped implements ResponseParts {
    @Override
    public void bytes(ByteBuf part) {
      part.release();
    }

    @Override
    public void records(BaseRecords records) {}
  }
}
