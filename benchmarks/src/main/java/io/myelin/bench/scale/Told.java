package io.myelin.bench.scale;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.grpc.MethodDescriptor.Marshaller;
import io.myelin.rpc.controller.v1.ControllerMessage;
import io.myelin.rpc.controller.v1.Delta;
import io.myelin.rpc.controller.v1.Registered;
import io.myelin.rpc.controller.v1.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * What a simulated broker reads of a controller's message: entries are skipped, since a thousand
 * brokers that decode them would take the cores that are to be measured.
 */
record Told(Kind kind, long controllerEpoch, long revision, int sessionTimeoutMs, long bytes) {

  enum Kind {
    REGISTERED,
    SNAPSHOT_PART,
    SNAPSHOT,
    DELTA,
    HEARTBEAT_ANSWER,
    OTHER
  }

  static final class Reader implements Marshaller<Told> {
    @Override
    public InputStream stream(Told value) {
      throw new UnsupportedOperationException("a controller's messages are only read");
    }

    @Override
    public Told parse(InputStream stream) {
      try (stream) {
        return read(CodedInputStream.newInstance(stream));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Told read(CodedInputStream in) throws IOException {
    Kind kind = Kind.OTHER;
    long epoch = 0;
    long revision = 0;
    int timeoutMs = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case ControllerMessage.CONTROLLER_EPOCH_FIELD_NUMBER -> epoch = in.readInt64();
        case ControllerMessage.REGISTERED_FIELD_NUMBER -> {
          kind = Kind.REGISTERED;
          timeoutMs = (int) number(in, Registered.SESSION_TIMEOUT_MS_FIELD_NUMBER);
        }
        case ControllerMessage.SNAPSHOT_FIELD_NUMBER -> {
          int limit = in.pushLimit(in.readRawVarint32());
          kind = Kind.SNAPSHOT_PART;
          for (int part = in.readTag(); part != 0; part = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(part)) {
              case Snapshot.REVISION_FIELD_NUMBER -> revision = in.readInt64();
              case Snapshot.LAST_FIELD_NUMBER -> {
                in.readBool();
                kind = Kind.SNAPSHOT;
              }
              default -> in.skipField(part);
            }
          }
          in.popLimit(limit);
        }
        case ControllerMessage.DELTA_FIELD_NUMBER -> {
          kind = Kind.DELTA;
          revision = number(in, Delta.REVISION_FIELD_NUMBER);
        }
        case ControllerMessage.HEARTBEAT_ANSWER_FIELD_NUMBER -> {
          kind = Kind.HEARTBEAT_ANSWER;
          in.skipField(tag);
        }
        default -> in.skipField(tag);
      }
    }
    return new Told(kind, epoch, revision, timeoutMs, in.getTotalBytesRead());
  }

  /** A number of the message that follows. */
  private static long number(CodedInputStream in, int field) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    long value = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == field) {
        value = in.readInt64();
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(limit);
    return value;
  }
}
