package io.myelin.metadata;

import java.util.Optional;

/**
 * What happened to one key: it got a value, or was deleted. A list of them is the difference of two
 * images.
 *
 * @param key as {@link MetadataKeys} has it
 * @param record empty: deleted
 */
public record RecordChange(String key, Optional<MetadataRecord> record) {

  public static RecordChange put(MetadataRecord record) {
    return new RecordChange(MetadataKeys.of(record), Optional.of(record));
  }

  public static RecordChange delete(String key) {
    return new RecordChange(key, Optional.empty());
  }
}
