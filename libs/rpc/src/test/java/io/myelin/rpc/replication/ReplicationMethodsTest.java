package io.myelin.rpc.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.myelin.rpc.Buffers;
import io.myelin.rpc.MessageBytes;
import io.myelin.rpc.replication.Close.ClosePartition;
import io.myelin.rpc.replication.FollowerMessage.Ack;
import io.myelin.rpc.replication.FollowerMessage.AckPartition;
import io.myelin.rpc.replication.FollowerMessage.Open;
import io.myelin.rpc.replication.FollowerMessage.OpenPartition;
import io.myelin.rpc.replication.LeaderMessage.Append;
import io.myelin.rpc.replication.LeaderMessage.Appends;
import io.myelin.rpc.replication.LeaderMessage.Opened;
import io.myelin.rpc.replication.LeaderMessage.OpenedPartition;
import io.myelin.rpc.replication.LeaderMessage.Progress;
import io.myelin.rpc.replication.LeaderMessage.ProgressPartition;
import io.myelin.rpc.replication.LeaderMessage.Refusal;
import io.myelin.rpc.replication.LeaderMessage.Start;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The generated classes are the oracle of what is written and read by hand. */
class ReplicationMethodsTest {
  private static final UUID TOPIC = new UUID(0x0123456789abcdefL, 0xfedcba9876543210L);
  private static final PartitionId PARTITION = new PartitionId(TOPIC, 7);

  private final Counted buffers = new Counted();
  private final MethodDescriptor<FollowerMessage, LeaderMessage> method =
      ReplicationMethods.replicate(buffers);

  static Stream<FollowerMessage> followerMessages() {
    List<EpochStart> epochs = List.of(new EpochStart(0, 0), new EpochStart(5, 1L << 40));
    return Stream.of(
        new Open(
            3,
            99,
            new UUID(1, 2),
            true,
            List.of(new OpenPartition(PARTITION, 9, 5, 10, 1L << 41, epochs))),
        new Open(0, 0, new UUID(0, 0), false, List.of()),
        new Ack(List.of(new AckPartition(PARTITION, 9, 5, 100, 90, 10))),
        close());
  }

  static Stream<LeaderMessage> leaderMessages() {
    return Stream.of(
        new Opened(
            List.of(
                opened(new Start.TruncateTo(0)),
                opened(new Start.StartAt(1L << 40)),
                opened(new Start.Refused(Refusal.UNKNOWN_LEADER_EPOCH)))),
        new Progress(List.of(new ProgressPartition(PARTITION, 9, 1, 2, 3))),
        close());
  }

  @ParameterizedTest
  @MethodSource("followerMessages")
  void aFollowersMessageArrivesAsItWasSent(FollowerMessage message) {
    assertThat(method.parseRequest(method.streamRequest(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("leaderMessages")
  void aLeadersMessageArrivesAsItWasSent(LeaderMessage message) {
    assertThat(method.parseResponse(method.streamResponse(message))).isEqualTo(message);
    assertThat(buffers.leased).hasValue(0);
  }

  @Property(tries = 200)
  void batchesAreWhatTheGeneratedClassesRead(
      @ForAll @Size(max = 5) List<@IntRange(max = 40_000) Integer> sizes,
      @ForAll int epoch,
      @ForAll long offset)
      throws InvalidProtocolBufferException {
    List<Append> appends = new ArrayList<>();
    var expected = io.myelin.rpc.replication.v1.Appends.newBuilder();
    for (int size : sizes) {
      byte[] records = records(size);
      appends.add(append(epoch, offset, direct(records)));
      expected.addAppends(proto(epoch, offset, records));
    }
    var stream = method.streamResponse(new Appends(appends));
    int announced = MessageBytes.size(stream);
    byte[] bytes = MessageBytes.copy(stream);
    assertThat(bytes).hasSize(announced);
    assertThat(io.myelin.rpc.replication.v1.LeaderMessage.parseFrom(bytes))
        .isEqualTo(
            io.myelin.rpc.replication.v1.LeaderMessage.newBuilder().setAppends(expected).build());
  }

  @Property(tries = 200)
  void batchesArriveAsTheyWereSent(
      @ForAll @Size(max = 5) List<@IntRange(max = 40_000) Integer> sizes,
      @ForAll int epoch,
      @ForAll long offset) {
    List<Append> sent =
        sizes.stream().map(size -> append(epoch, offset, ByteBuffer.wrap(records(size)))).toList();
    Appends received = (Appends) method.parseResponse(method.streamResponse(new Appends(sent)));
    assertThat(received.appends()).hasSameSizeAs(sent);
    for (int i = 0; i < sent.size(); i++) {
      Append append = received.appends().get(i);
      assertThat(append.partition()).isEqualTo(PARTITION);
      assertThat(append.leaderEpoch()).isEqualTo(epoch);
      assertThat(append.fromOffset()).isEqualTo(offset);
      assertThat(append.highWatermark()).isEqualTo(offset / 2);
      assertThat(append.logStartOffset()).isEqualTo(offset / 3);
      assertThat(append.records().view()).isEqualTo(sent.get(i).records().view());
    }
    assertThat(buffers.leased).hasValue(sent.isEmpty() ? 0 : 1);
    received.appends().forEach(append -> append.records().release());
    assertThat(buffers.leased).hasValue(0);
  }

  @Test
  void unknownFieldsAreSkipped() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(100, UnknownFieldSet.Field.newBuilder().addVarint(-1).build())
            .addField(101, UnknownFieldSet.Field.newBuilder().addFixed32(1).build())
            .addField(102, UnknownFieldSet.Field.newBuilder().addFixed64(1).build())
            .addField(
                103,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("later"))
                    .build())
            .build();
    byte[] records = records(100);
    var message =
        io.myelin.rpc.replication.v1.LeaderMessage.newBuilder()
            .setAppends(
                io.myelin.rpc.replication.v1.Appends.newBuilder()
                    .addAppends(
                        proto(1, 2, records).toBuilder()
                            .setPartition(
                                Protos.partition(PARTITION).toBuilder().setUnknownFields(unknown))
                            .setUnknownFields(unknown))
                    .setUnknownFields(unknown))
            .build();
    Appends appends = (Appends) method.parseResponse(new Message(message.toByteArray()));
    assertThat(appends.appends()).hasSize(1);
    assertThat(appends.appends().getFirst().records().view()).isEqualTo(ByteBuffer.wrap(records));
  }

  @Test
  void aKindOfMessageFromTheFutureSaysNothing() {
    var future =
        UnknownFieldSet.newBuilder()
            .addField(
                50, UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.EMPTY).build())
            .build()
            .toByteArray();
    assertThat(method.parseResponse(new Message(future))).isEqualTo(new Progress(List.of()));
    assertThat(method.parseRequest(new Message(future))).isEqualTo(new Ack(List.of()));
    assertThat(buffers.leased).hasValue(0);
  }

  @Property(tries = 300)
  void damagedBatchesAreRefusedAndKeepNoBuffer(
      @ForAll @IntRange(max = 200) int at, @ForAll @IntRange(max = 255) int value) {
    byte[] bytes =
        MessageBytes.copy(
            method.streamResponse(
                new Appends(
                    List.of(
                        append(1, 2, ByteBuffer.wrap(records(20))),
                        append(1, 22, ByteBuffer.wrap(records(50)))))));
    bytes[at % bytes.length] = (byte) value;
    try {
      if (method.parseResponse(new Message(bytes)) instanceof Appends appends) {
        appends.appends().forEach(append -> append.records().release());
      }
    } catch (IllegalArgumentException | java.io.UncheckedIOException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
    assertThat(buffers.leased).hasValue(0);
  }

  @Test
  void batchesThatAreCutOffAreRefused() {
    byte[] bytes =
        MessageBytes.copy(
            method.streamResponse(
                new Appends(List.of(append(1, 2, ByteBuffer.wrap(records(20)))))));
    for (int length = 1; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> method.parseResponse(new Message(cut)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(buffers.leased).hasValue(0);
  }

  @Test
  void releasingTwiceIsAMistakeThatIsNoticed() {
    Appends received =
        (Appends)
            method.parseResponse(
                method.streamResponse(
                    new Appends(List.of(append(1, 2, ByteBuffer.wrap(records(20)))))));
    RecordBytes records = received.appends().getFirst().records();
    records.release();
    assertThatThrownBy(records::release).isInstanceOf(IllegalStateException.class);
  }

  private static Close close() {
    return new Close(
        Stream.of(Close.Reason.values())
            .map(reason -> new ClosePartition(PARTITION, 9, 4, reason))
            .toList());
  }

  private static OpenedPartition opened(Start start) {
    return new OpenedPartition(PARTITION, 9, 6, start, 50, 10, List.of(new EpochStart(1, 2)));
  }

  private static Append append(int epoch, long offset, ByteBuffer records) {
    return new Append(
        PARTITION,
        offset / 4,
        epoch,
        offset,
        offset / 2,
        offset / 3,
        RecordBytes.borrowed(records));
  }

  private static io.myelin.rpc.replication.v1.Append proto(int epoch, long offset, byte[] records) {
    return io.myelin.rpc.replication.v1.Append.newBuilder()
        .setPartition(
            io.myelin.rpc.replication.v1.PartitionId.newBuilder()
                .setTopicIdHigh(TOPIC.getMostSignificantBits())
                .setTopicIdLow(TOPIC.getLeastSignificantBits())
                .setPartition(7))
        .setLeaderEpoch(epoch)
        .setFromOffset(offset)
        .setHighWatermark(offset / 2)
        .setLogStartOffset(offset / 3)
        .setSession(offset / 4)
        .setRecords(ByteString.copyFrom(records))
        .build();
  }

  private static byte[] records(int size) {
    byte[] bytes = new byte[size];
    IntStream.range(0, size).forEach(i -> bytes[i] = (byte) (i * 31));
    return bytes;
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static final class Message extends ByteArrayInputStream implements KnownLength {
    Message(byte[] bytes) {
      super(bytes);
    }
  }

  /** Counts what is leased. */
  private static final class Counted implements Buffers {
    private final AtomicInteger leased = new AtomicInteger();

    @Override
    public Lease allocate(int bytes) {
      leased.incrementAndGet();
      ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
      return new Lease() {
        @Override
        public ByteBuffer buffer() {
          return buffer;
        }

        @Override
        public void release() {
          leased.decrementAndGet();
        }
      };
    }
  }
}
