package io.myelin.log.record;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A record's header.
 *
 * @param value null where the header has none; position to limit, never moved by this library
 */
public record Header(String key, ByteBuffer value) {
  public Header {
    Objects.requireNonNull(key, "key");
  }
}
