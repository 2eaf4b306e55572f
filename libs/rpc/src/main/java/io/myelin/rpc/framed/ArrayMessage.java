package io.myelin.rpc.framed;

import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;

/** A received message. */
final class ArrayMessage extends ByteArrayInputStream implements KnownLength {
  ArrayMessage(byte[] bytes) {
    super(bytes);
  }
}
