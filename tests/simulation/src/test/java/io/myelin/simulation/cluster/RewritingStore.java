package io.myelin.simulation.cluster;

import io.myelin.metadata.MetadataCodec;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.MetadataStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Writes something else than it is told: a controller that decided wrongly would write that. */
abstract class RewritingStore implements MetadataStore {
  private final MetadataStore sound;

  RewritingStore(MetadataStore sound) {
    this.sound = sound;
  }

  /**
   * What is written instead of {@code record}; empty: nothing.
   *
   * @param fences whether the transaction fences a broker
   */
  Optional<MetadataRecord> written(MetadataRecord record, boolean fences) {
    return Optional.of(record);
  }

  @Override
  public CompletableFuture<Listing> list() {
    return sound.list();
  }

  @Override
  public CompletableFuture<Optional<List<Change>>> changes(long after, long upTo) {
    return sound.changes(after, upTo);
  }

  @Override
  public CompletableFuture<Outcome> commit(Transaction transaction) {
    boolean fences =
        transaction.puts().entrySet().stream()
            .anyMatch(put -> fences(put.getKey(), put.getValue()));
    Map<String, Optional<byte[]>> puts = new LinkedHashMap<>();
    transaction
        .puts()
        .forEach(
            (key, value) -> {
              if (value.isEmpty()) {
                puts.put(key, value);
              } else {
                written(MetadataCodec.decode(key, value.get()), fences)
                    .ifPresent(record -> puts.put(key, Optional.of(MetadataCodec.encode(record))));
              }
            });
    return sound.commit(new Transaction(transaction.compares(), puts));
  }

  private static boolean fences(String key, Optional<byte[]> value) {
    return value.isPresent()
        && MetadataCodec.decode(key, value.get()) instanceof MetadataRecord.Broker broker
        && broker.image().fenced();
  }

  @Override
  public String storeId() {
    return sound.storeId();
  }

  @Override
  public void close() {
    sound.close();
  }
}
