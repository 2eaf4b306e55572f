package io.myelin.controller;

import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataCodec;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.RecordChange;
import java.util.List;
import java.util.Optional;

/**
 * What the controller makes of a request: records to write, and the answer to give once they are
 * durable. Refusals write nothing.
 */
record Decision<T>(List<RecordChange> records, T answer) {

  /** Refuses what no store takes, before anything is decided on it. */
  static <T> Decision<Result<T>> ok(List<RecordChange> records, T value) {
    Optional<String> excess = excess(records);
    if (excess.isPresent()) {
      return refuse(Refusal.INVALID_CONFIG, excess.get());
    }
    return new Decision<>(records, new Result.Ok<>(value));
  }

  static <T> Decision<Result<T>> refuse(Refusal refusal, String message) {
    return new Decision<>(List.of(), new Result.Refused<>(refusal, message));
  }

  Decision<T> withoutWriting() {
    return new Decision<>(List.of(), answer);
  }

  /**
   * The same.
   *
   * @throws IllegalArgumentException if no store takes a record of it
   */
  Decision<T> checked() {
    excess(records)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
    return this;
  }

  private static Optional<String> excess(List<RecordChange> records) {
    for (RecordChange change : records) {
      int bytes =
          change
              .record()
              .filter(Decision::hasText)
              .map(record -> MetadataCodec.encode(record).length)
              .orElse(0);
      if (bytes > MetadataStore.RECORD_BYTES_MAX) {
        return Optional.of(
            "%s would take %d bytes in the metadata store, and at most %d fit; shorten what is set there"
                .formatted(change.key(), bytes, MetadataStore.RECORD_BYTES_MAX));
      }
    }
    return Optional.empty();
  }

  /** Of any length, as somebody wrote it: all other records are small. */
  private static boolean hasText(MetadataRecord record) {
    return switch (record) {
      case MetadataRecord.Config config -> true;
      case MetadataRecord.Broker broker -> true;
      case MetadataRecord.Cluster cluster -> false;
      case MetadataRecord.Topic topic -> false;
      case MetadataRecord.Partition partition -> false;
      case MetadataRecord.ProducerIds ids -> false;
      case MetadataRecord.Features features -> false;
    };
  }
}
