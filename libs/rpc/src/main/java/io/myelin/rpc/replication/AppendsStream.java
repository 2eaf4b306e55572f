package io.myelin.rpc.replication;

import com.google.protobuf.CodedOutputStream;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.myelin.rpc.replication.LeaderMessage.Append;
import io.myelin.rpc.replication.LeaderMessage.Appends;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * {@link Appends} on the way out: the heads are encoded, the batches are copied from where they
 * are. Used once, by one thread, while the batches are borrowed.
 */
final class AppendsStream extends InputStream implements KnownLength, Drainable {
  static final int APPENDS = 2; // Of LeaderMessage.
  static final int APPEND = 1; // Of Appends.
  // Of PartitionId.
  static final int TOPIC_ID_HIGH = 1;
  static final int TOPIC_ID_LOW = 2;
  static final int PARTITION_NUMBER = 3;
  // Of Append.
  static final int PARTITION = 1;
  static final int LEADER_EPOCH = 2;
  static final int FROM_OFFSET = 3;
  static final int HIGH_WATERMARK = 4;
  static final int LOG_START_OFFSET = 5;
  static final int SESSION = 6;
  static final int RECORDS = 15;

  /** 16 KiB: bytes outside the heap pass through an array, which is to stay in the L1 cache. */
  private static final int CHUNK_BYTES = 16 << 10;

  private final List<Append> appends;
  private final int appendsSize;
  private int left;
  private InputStream copy;

  AppendsStream(Appends message) {
    appends = message.appends();
    int size = 0;
    for (Append append : appends) {
      size = Math.addExact(size, lengthPrefixed(APPEND, bodySize(append)));
    }
    appendsSize = size;
    left = lengthPrefixed(APPENDS, appendsSize);
  }

  @Override
  public int available() {
    return left;
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int total = left;
    byte[] prefix = new byte[lengthPrefixed(APPENDS, appendsSize) - appendsSize];
    CodedOutputStream out = CodedOutputStream.newInstance(prefix);
    out.writeTag(APPENDS, 2);
    out.writeUInt32NoTag(appendsSize);
    target.write(prefix);
    byte[] chunk = null;
    for (Append append : appends) {
      target.write(head(append));
      ByteBuffer records = append.records().view();
      if (records.hasArray()) {
        target.write(
            records.array(), records.arrayOffset() + records.position(), records.remaining());
        continue;
      }
      if (chunk == null) {
        chunk = new byte[CHUNK_BYTES];
      }
      while (records.hasRemaining()) {
        int length = Math.min(chunk.length, records.remaining());
        records.get(chunk, 0, length);
        target.write(chunk, 0, length);
      }
    }
    left = 0;
    return total;
  }

  /** For a transport that does not drain. */
  @Override
  public int read() throws IOException {
    if (copy == null) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(left);
      int total = drainTo(bytes);
      copy = new ByteArrayInputStream(bytes.toByteArray());
      left = total;
    }
    int read = copy.read();
    left = copy.available();
    return read;
  }

  /** Everything of an Append up to its batches. */
  private static byte[] head(Append append) throws IOException {
    int bodySize = bodySize(append);
    byte[] head = new byte[lengthPrefixed(APPEND, bodySize) - append.records().size()];
    CodedOutputStream out = CodedOutputStream.newInstance(head);
    out.writeTag(APPEND, 2);
    out.writeUInt32NoTag(bodySize);
    PartitionId id = append.partition();
    out.writeTag(PARTITION, 2);
    out.writeUInt32NoTag(idSize(id));
    out.writeFixed64(TOPIC_ID_HIGH, id.topicId().getMostSignificantBits());
    out.writeFixed64(TOPIC_ID_LOW, id.topicId().getLeastSignificantBits());
    out.writeInt32(PARTITION_NUMBER, id.partition());
    out.writeInt32(LEADER_EPOCH, append.leaderEpoch());
    out.writeInt64(FROM_OFFSET, append.fromOffset());
    out.writeInt64(HIGH_WATERMARK, append.highWatermark());
    out.writeInt64(LOG_START_OFFSET, append.logStartOffset());
    out.writeInt64(SESSION, append.session());
    out.writeTag(RECORDS, 2);
    out.writeUInt32NoTag(append.records().size());
    out.checkNoSpaceLeft();
    return head;
  }

  private static int bodySize(Append append) {
    return lengthPrefixed(PARTITION, idSize(append.partition()))
        + CodedOutputStream.computeInt32Size(LEADER_EPOCH, append.leaderEpoch())
        + CodedOutputStream.computeInt64Size(FROM_OFFSET, append.fromOffset())
        + CodedOutputStream.computeInt64Size(HIGH_WATERMARK, append.highWatermark())
        + CodedOutputStream.computeInt64Size(LOG_START_OFFSET, append.logStartOffset())
        + CodedOutputStream.computeInt64Size(SESSION, append.session())
        + lengthPrefixed(RECORDS, append.records().size());
  }

  private static int idSize(PartitionId id) {
    return CodedOutputStream.computeFixed64Size(TOPIC_ID_HIGH, 0)
        + CodedOutputStream.computeFixed64Size(TOPIC_ID_LOW, 0)
        + CodedOutputStream.computeInt32Size(PARTITION_NUMBER, id.partition());
  }

  private static int lengthPrefixed(int field, int size) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(size)
        + size;
  }
}
