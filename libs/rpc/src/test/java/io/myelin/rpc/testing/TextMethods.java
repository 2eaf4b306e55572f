package io.myelin.rpc.testing;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Methods whose messages are strings. */
final class TextMethods {
  static final MethodDescriptor<String, String> STREAM =
      method("test.Text/Stream", MethodType.BIDI_STREAMING);
  static final MethodDescriptor<String, String> ASK = method("test.Text/Ask", MethodType.UNARY);
  static final MethodDescriptor<String, String> UNKNOWN =
      method("test.Text/Unknown", MethodType.UNARY);

  private TextMethods() {}

  private static MethodDescriptor<String, String> method(String name, MethodType type) {
    return MethodDescriptor.newBuilder(new Text(), new Text())
        .setFullMethodName(name)
        .setType(type)
        .build();
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String message) {
      return new Bytes(message.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream bytes) {
      try {
        return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Bytes extends ByteArrayInputStream implements KnownLength {
    Bytes(byte[] bytes) {
      super(bytes);
    }
  }
}
