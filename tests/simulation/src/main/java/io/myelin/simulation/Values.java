package io.myelin.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Records' values: a unique name and a filling that follows from it. */
public final class Values {
  private Values() {}

  public static byte[] of(String name) {
    byte[] id = name.getBytes(StandardCharsets.US_ASCII);
    byte[] value = new byte[id.length + 1 + filling(name)];
    Arrays.fill(value, (byte) ('a' + Math.floorMod(name.hashCode(), 26)));
    System.arraycopy(id, 0, value, 0, id.length);
    value[id.length] = ':';
    return value;
  }

  /** Mostly small; now and then larger than a page. */
  private static int filling(String name) {
    int hash = Math.floorMod(name.hashCode() * 0x9E3779B9, 100);
    return hash < 5 ? 6000 + hash : hash * 4;
  }

  /** The name of a value; null if it is none of ours. */
  public static String nameOf(ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    String text = new String(bytes, StandardCharsets.US_ASCII);
    int end = text.indexOf(':');
    return end > 0 && Arrays.equals(bytes, of(text.substring(0, end)))
        ? text.substring(0, end)
        : null;
  }
}
