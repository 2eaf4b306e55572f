package io.myelin.metadata.etcd;

import io.etcd.jetcd.ByteSequence;
import java.nio.charset.StandardCharsets;

/** The names under a prefix; docs/formats/metadata.md lists them. */
record EtcdKeys(String prefix) {

  /** Who is the active controller; its create revision is the epoch. */
  ByteSequence active() {
    return bytes(prefix + "controller/active");
  }

  /** Written by every transaction, and compared by the next one. */
  ByteSequence lastWrite() {
    return bytes(prefix + "controller/last-write");
  }

  ByteSequence storeId() {
    return bytes(prefix + "store-id");
  }

  ByteSequence entry(String key) {
    return bytes(entries() + key);
  }

  ByteSequence firstEntry() {
    return bytes(entries());
  }

  /** Behind every entry: '0' is what follows '/'. */
  ByteSequence endOfEntries() {
    return bytes(prefix + "metadata0");
  }

  boolean isEntry(ByteSequence key) {
    return key.startsWith(firstEntry());
  }

  /** The store's key of what {@link #entry} names. */
  String keyOf(ByteSequence entry) {
    return text(entry).substring(entries().length());
  }

  private String entries() {
    return prefix + "metadata/";
  }

  static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  static String text(ByteSequence bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
