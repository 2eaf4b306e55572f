package io.myelin.rpc.replication;

import io.myelin.rpc.replication.LeaderMessage.Append;
import io.myelin.rpc.replication.LeaderMessage.Appends;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Reads {@link Appends} where they lie: protobuf's wire format, of which the batches are slices.
 * Unknown fields are skipped. Stateless.
 */
final class AppendsReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private AppendsReader() {}

  /** Whether the message is Appends: those come alone. */
  static boolean begins(ByteBuffer message) {
    return message.hasRemaining() && message.get(message.position()) == tag(AppendsStream.APPENDS);
  }

  /**
   * @param message all of {@code shared}'s bytes
   * @throws IllegalArgumentException if it cannot be read; no slice is left then
   */
  static Appends read(ByteBuffer message, RecordBytes.Shared shared) {
    List<Append> appends = new ArrayList<>();
    try {
      ByteBuffer in = message.duplicate();
      varint(in);
      ByteBuffer list = lengthPrefixed(in);
      if (in.hasRemaining()) {
        throw new IllegalArgumentException("Fields behind the batches of a message");
      }
      while (list.hasRemaining()) {
        int tag = (int) varint(list);
        if (tag == tag(AppendsStream.APPEND)) {
          appends.add(append(lengthPrefixed(list), shared));
        } else {
          skip(list, tag);
        }
      }
      return new Appends(List.copyOf(appends));
    } catch (BufferUnderflowException e) {
      appends.forEach(append -> append.records().release());
      throw new IllegalArgumentException("A message with batches is cut off", e);
    } catch (IllegalArgumentException e) {
      appends.forEach(append -> append.records().release());
      throw e;
    }
  }

  /** The views share positions with the whole message, so that slices are found in the lease. */
  private static Append append(ByteBuffer in, RecordBytes.Shared shared) {
    PartitionId partition = null;
    int leaderEpoch = 0;
    long fromOffset = 0;
    long highWatermark = 0;
    long logStartOffset = 0;
    long session = 0;
    ByteBuffer records = null;
    while (in.hasRemaining()) {
      int tag = (int) varint(in);
      switch (tag) {
        case AppendsStream.PARTITION << 3 | LENGTH -> partition = partition(lengthPrefixed(in));
        case AppendsStream.LEADER_EPOCH << 3 | VARINT -> leaderEpoch = (int) varint(in);
        case AppendsStream.FROM_OFFSET << 3 | VARINT -> fromOffset = varint(in);
        case AppendsStream.HIGH_WATERMARK << 3 | VARINT -> highWatermark = varint(in);
        case AppendsStream.LOG_START_OFFSET << 3 | VARINT -> logStartOffset = varint(in);
        case AppendsStream.SESSION << 3 | VARINT -> session = varint(in);
        case AppendsStream.RECORDS << 3 | LENGTH -> records = lengthPrefixed(in);
        default -> skip(in, tag);
      }
    }
    if (partition == null || records == null) {
      throw new IllegalArgumentException("Batches without a partition, or the reverse");
    }
    return new Append(
        partition,
        session,
        leaderEpoch,
        fromOffset,
        highWatermark,
        logStartOffset,
        shared.slice(records.position(), records.remaining()));
  }

  private static PartitionId partition(ByteBuffer in) {
    long high = 0;
    long low = 0;
    int partition = 0;
    while (in.hasRemaining()) {
      int tag = (int) varint(in);
      switch (tag) {
        case AppendsStream.TOPIC_ID_HIGH << 3 | FIXED64 -> high = fixed64(in);
        case AppendsStream.TOPIC_ID_LOW << 3 | FIXED64 -> low = fixed64(in);
        case AppendsStream.PARTITION_NUMBER << 3 | VARINT -> partition = (int) varint(in);
        default -> skip(in, tag);
      }
    }
    return new PartitionId(new UUID(high, low), partition);
  }

  private static ByteBuffer lengthPrefixed(ByteBuffer in) {
    long length = varint(in);
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer view = in.duplicate().limit(in.position() + (int) length);
    in.position(in.position() + (int) length);
    return view;
  }

  private static long fixed64(ByteBuffer in) {
    return in.order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("A number of more than ten bytes");
  }

  private static void skip(ByteBuffer in, int tag) {
    switch (tag & 7) {
      case VARINT -> varint(in);
      case FIXED64 -> skipBytes(in, 8);
      case LENGTH -> lengthPrefixed(in);
      case FIXED32 -> skipBytes(in, 4);
      default -> throw new IllegalArgumentException("Unknown wire type in tag " + tag);
    }
  }

  private static void skipBytes(ByteBuffer in, int count) {
    if (count > in.remaining()) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + count);
  }

  private static int tag(int field) {
    return field << 3 | LENGTH;
  }
}
