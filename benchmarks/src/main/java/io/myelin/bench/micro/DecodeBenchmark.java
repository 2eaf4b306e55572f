package io.myelin.bench.micro;

import io.myelin.protocol.BadRequestException;
import io.myelin.protocol.DecodedRequest;
import io.myelin.protocol.RequestDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A Produce request from its frame; its records stay where they are. */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecodeBenchmark extends HotLoop {
  private static final short VERSION = ApiKeys.PRODUCE.latestVersion();

  @Param({"1", "10"})
  public int partitions;

  private final RequestDecoder decoder = new RequestDecoder((key, version) -> true);
  private ByteBuf frame;

  @Setup
  public void makeFrame() {
    TopicProduceData topic = new TopicProduceData().setTopicId(new Uuid(1, 2));
    for (int i = 0; i < partitions; i++) {
      topic
          .partitionData()
          .add(
              new PartitionProduceData()
                  .setIndex(i)
                  .setRecords(MemoryRecords.readableRecords(Batches.of("none", 1024, 16_384))));
    }
    ProduceRequestData data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(30_000);
    data.topicData().add(topic);
    ByteBuffer bytes =
        new ProduceRequest(data, VERSION)
            .serializeWithHeader(
                new RequestHeader(ApiKeys.PRODUCE, VERSION, "perf-producer-client", 7));
    frame = Unpooled.directBuffer(bytes.remaining()).writeBytes(bytes);
  }

  @Benchmark
  public DecodedRequest decode() throws BadRequestException {
    return decoder.decode(frame);
  }
}
