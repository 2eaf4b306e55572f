package io.myelin.rpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** What marshallers give and take, for transports. Stateless. */
public final class MessageBytes {
  private MessageBytes() {}

  /** How many bytes a message has, which every marshaller of ours knows beforehand. */
  public static int size(InputStream message) {
    if (!(message instanceof KnownLength)) {
      throw new IllegalArgumentException(
          "The marshaller's stream does not know its length: " + message.getClass());
    }
    try {
      return message.available();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of a message. */
  public static byte[] copy(InputStream message) {
    try {
      if (message instanceof Drainable drainable) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(size(message));
        drainable.drainTo(out);
        return out.toByteArray();
      }
      return message.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
