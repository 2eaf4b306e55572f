package io.myelin.controller;

import io.myelin.env.Randomness;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/** Random identifiers in Kafka's form: a version 4 UUID, written as 22 characters of base64url. */
final class Ids {
  private Ids() {}

  /** One whose text does not start with '-': command lines would take it for an option. */
  static UUID random(Randomness randomness) {
    byte[] bytes = new byte[16];
    UUID id;
    do {
      randomness.nextBytes(bytes);
      bytes[6] = (byte) ((bytes[6] & 0x0f) | 0x40);
      bytes[8] = (byte) ((bytes[8] & 0x3f) | 0x80);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      id = new UUID(buffer.getLong(), buffer.getLong());
    } while (text(id).startsWith("-"));
    return id;
  }

  static String text(UUID id) {
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
