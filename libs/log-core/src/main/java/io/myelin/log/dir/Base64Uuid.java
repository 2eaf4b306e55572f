package io.myelin.log.dir;

import io.myelin.env.Randomness;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/** UUIDs as Kafka writes them: 16 bytes in URL-safe Base64 without padding. */
final class Base64Uuid {
  private Base64Uuid() {}

  static String toText(UUID id) {
    ByteBuffer bytes = ByteBuffer.allocate(16);
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** The UUID, or null if the text is none. */
  static UUID parse(String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      return bytes.remaining() == 16 ? new UUID(bytes.getLong(), bytes.getLong()) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** A random (version 4) UUID whose text does not start with a dash: it is used in file names. */
  static UUID random(Randomness randomness) {
    byte[] bytes = new byte[16];
    UUID id;
    do {
      randomness.nextBytes(bytes);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      long high = buffer.getLong() & 0xffffffffffff0fffL | 0x4000L;
      id = new UUID(high, buffer.getLong() & 0x3fffffffffffffffL | 0x8000000000000000L);
    } while (toText(id).startsWith("-"));
    return id;
  }
}
