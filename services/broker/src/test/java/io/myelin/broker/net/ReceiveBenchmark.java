package io.myelin.broker.net;

import com.sun.management.OperatingSystemMXBean;
import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * What the Netty front costs by itself: CPU-seconds of the server for each GB of produce requests
 * whose records are dropped. Run {@code main} with the size of a frame's records in bytes and the
 * seconds to run; the client is a process of its own.
 */
final class ReceiveBenchmark {
  private static final short VERSION = 9;
  private static final int IN_FLIGHT = 5;
  private static final long WARM_UP_SHARE = 3;

  private ReceiveBenchmark() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("client")) {
      drive(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    } else {
      measure(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    }
  }

  private static void measure(int recordBytes, int seconds) throws Exception {
    LongAdder received = new LongAdder();
    KafkaServer server =
        new KafkaServer(
            NetworkConfig.defaults(),
            TestingApis.of(new DropProduce(received)),
            TestingClient.CLOCK,
            RequestObserver.NONE);
    int port =
        server
            .start(
                List.of(
                    new Listener("P", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))))
            .getFirst()
            .getPort();
    Process client =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ReceiveBenchmark.class.getName(),
                "client",
                Integer.toString(port),
                Integer.toString(recordBytes),
                Integer.toString(seconds))
            .inheritIO()
            .start();
    var os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    while (received.sum() == 0) {
      Thread.sleep(10);
    }
    Thread.sleep(seconds * 1000L / WARM_UP_SHARE);
    long bytes = received.sum();
    long cpuNs = os.getProcessCpuTime();
    client.waitFor();
    double gb = (received.sum() - bytes) / 1e9;
    double cpu = (os.getProcessCpuTime() - cpuNs) / 1e9;
    System.out.printf(
        "%d B frames: %.1f GB, %.3f CPU-s per GB, %.2f us per request%n",
        recordBytes, gb, cpu / gb, cpu * 1e6 / (gb * 1e9 / recordBytes));
    server.close(0);
  }

  private static void drive(int port, int recordBytes, int seconds) throws Exception {
    ByteBuffer frame = frame(recordBytes);
    Semaphore places = new Semaphore(IN_FLIGHT);
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      Thread.ofPlatform().daemon().start(() -> readAnswers(channel.socket(), places));
      long end = System.nanoTime() + seconds * 1_000_000_000L;
      while (System.nanoTime() < end) {
        places.acquire();
        frame.rewind();
        while (frame.hasRemaining()) {
          channel.write(frame);
        }
      }
      places.acquire(IN_FLIGHT);
    }
  }

  private static void readAnswers(Socket socket, Semaphore places) {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        in.skipNBytes(in.readInt());
        places.release();
      }
    } catch (IOException e) {
      // The driver has closed the socket: it is done.
      Thread.currentThread().interrupt();
    }
  }

  private static ByteBuffer frame(int recordBytes) {
    var data = new ProduceRequestData().setAcks((short) 1).setTimeoutMs(1000);
    data.topicData()
        .add(
            new ProduceRequestData.TopicProduceData()
                .setName("topic")
                .setPartitionData(
                    List.of(
                        new ProduceRequestData.PartitionProduceData()
                            .setRecords(
                                MemoryRecords.readableRecords(ByteBuffer.allocate(recordBytes))))));
    ByteBuffer body = MessageUtil.toByteBufferAccessor(data, VERSION).buffer();
    ByteBuffer header =
        MessageUtil.toByteBufferAccessor(
                new RequestHeaderData()
                    .setRequestApiKey(ApiKeys.PRODUCE.id)
                    .setRequestApiVersion(VERSION)
                    .setClientId("bench"),
                ApiKeys.PRODUCE.requestHeaderVersion(VERSION))
            .buffer();
    int length = header.remaining() + body.remaining();
    return ByteBuffer.allocateDirect(4 + length).putInt(length).put(header).put(body);
  }

  private static final class DropProduce
      implements ApiHandler<ProduceRequestData, ProduceResponseData> {
    private final LongAdder received;

    DropProduce(LongAdder received) {
      this.received = received;
    }

    @Override
    public ApiKeys key() {
      return ApiKeys.PRODUCE;
    }

    @Override
    public Ordering ordering() {
      return Ordering.PIPELINED;
    }

    @Override
    public boolean keepsFrame() {
      return true;
    }

    @Override
    public CompletionStage<ProduceResponseData> handle(
        RequestContext context, ProduceRequestData request) {
      var partition = request.topicData().iterator().next().partitionData().getFirst();
      received.add(partition.records().sizeInBytes());
      ProduceResponseData response = new ProduceResponseData();
      response
          .responses()
          .add(
              new ProduceResponseData.TopicProduceResponse()
                  .setName("topic")
                  .setPartitionResponses(
                      List.of(new ProduceResponseData.PartitionProduceResponse())));
      return CompletableFuture.completedFuture(response);
    }
  }
}
