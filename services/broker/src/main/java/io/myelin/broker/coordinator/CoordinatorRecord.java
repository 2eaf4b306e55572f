package io.myelin.broker.coordinator;

/**
 * A record of a coordinator's partition, encoded. The arrays belong to the record and are not
 * changed after it was made.
 *
 * @param value null is a tombstone: compaction will drop the key
 */
public record CoordinatorRecord(byte[] key, byte[] value) {

  /** Bytes of key and value; what surrounds them in a batch comes on top. */
  public int sizeBytes() {
    return key.length + (value == null ? 0 : value.length);
  }
}
