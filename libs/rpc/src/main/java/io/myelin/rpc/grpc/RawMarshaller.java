package io.myelin.rpc.grpc;

import io.grpc.MethodDescriptor;
import java.io.InputStream;

/**
 * Messages as gRPC has them. So a stream knows how large a message is before it sends it, and what
 * a message's own marshaller throws is its own affair. Thread-safe.
 */
enum RawMarshaller implements MethodDescriptor.Marshaller<InputStream> {
  RAW;

  @Override
  public InputStream stream(InputStream message) {
    return message;
  }

  /** Valid until {@code onMessage} returns. */
  @Override
  public InputStream parse(InputStream message) {
    return message;
  }

  static MethodDescriptor<InputStream, InputStream> raw(MethodDescriptor<?, ?> method) {
    return method.toBuilder(RAW, RAW).setType(MethodDescriptor.MethodType.BIDI_STREAMING).build();
  }
}
