package io.myelin.rpc.replication;

import com.google.protobuf.CodedInputStream;
import io.grpc.HasByteBuffer;
import io.grpc.MethodDescriptor.Marshaller;
import io.myelin.rpc.Buffers;
import io.myelin.rpc.Buffers.Lease;
import io.myelin.rpc.MessageBytes;
import io.myelin.rpc.replication.LeaderMessage.Appends;
import io.myelin.rpc.replication.LeaderMessage.Opened;
import io.myelin.rpc.replication.LeaderMessage.Progress;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Bytes of {@link LeaderMessage}s. Thread-safe.
 *
 * <p>Batch bytes are copied once on each side: by {@link AppendsStream} from the sender's buffers
 * into the transport's, and here from the transport's into one leased buffer, of which the received
 * {@link RecordBytes} are slices.
 */
final class LeaderMarshaller implements Marshaller<LeaderMessage> {
  private final Buffers buffers;

  LeaderMarshaller(Buffers buffers) {
    this.buffers = buffers;
  }

  @Override
  public InputStream stream(LeaderMessage message) {
    return switch (message) {
      case Appends appends -> new AppendsStream(appends);
      case Opened opened -> Protos.stream(LeaderProtos.opened(opened));
      case Progress progress -> Protos.stream(LeaderProtos.progress(progress));
      case Close close -> Protos.stream(LeaderProtos.close(close));
    };
  }

  @Override
  public LeaderMessage parse(InputStream bytes) {
    try {
      Lease lease = buffers.allocate(MessageBytes.size(bytes));
      RecordBytes.Shared shared = new RecordBytes.Shared(lease);
      try {
        fill(lease.buffer(), bytes);
        return AppendsReader.begins(lease.buffer())
            ? AppendsReader.read(lease.buffer(), shared)
            : LeaderProtos.message(CodedInputStream.newInstance(lease.buffer()));
      } finally {
        shared.releaseOne();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Not a message of a leader", e);
    }
  }

  private static void fill(ByteBuffer to, InputStream from) throws IOException {
    if (from instanceof HasByteBuffer chunks && chunks.byteBufferSupported()) {
      while (to.hasRemaining()) {
        ByteBuffer chunk = chunks.getByteBuffer();
        if (chunk == null) {
          throw new EOFException("A message ended early");
        }
        int length = Math.min(chunk.remaining(), to.remaining());
        to.put(chunk.duplicate().limit(chunk.position() + length));
        from.skipNBytes(length);
      }
    } else {
      to.put(from.readNBytes(to.remaining()));
    }
    to.flip();
  }
}
