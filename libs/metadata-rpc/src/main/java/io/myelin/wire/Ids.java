package io.myelin.wire;

import com.google.protobuf.ByteString;
import io.myelin.metadata.BrokerImage;
import io.myelin.rpc.controller.v1.Endpoint;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Small things. Stateless. */
public final class Ids {
  private Ids() {}

  public static ByteString bytes(UUID id) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .flip());
  }

  public static UUID uuid(ByteString bytes) {
    if (bytes.size() != 16) {
      throw new IllegalArgumentException("An id of " + bytes.size() + " bytes instead of 16");
    }
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  static Endpoint endpoint(BrokerImage.Endpoint at) {
    return Endpoint.newBuilder().setHost(at.host()).setPort(at.port()).build();
  }

  static BrokerImage.Endpoint endpoint(Endpoint at) {
    return new BrokerImage.Endpoint(at.getHost(), at.getPort());
  }
}
