package io.myelin.metadata.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Change;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Reads what was committed between two revisions, from etcd's own history: by watches that begin in
 * the past, each for its first answer, which has up to a thousand revisions. Confined to the
 * connection's executor, used once.
 *
 * <p>Each transaction writes {@code controller/last-write}; so it is known when all has come, and
 * that the first revision is one of this store's.
 */
final class EtcdHistory {
  private final EtcdConnection connection;
  private final EtcdKeys keys;
  private final long after;
  private final long upTo;
  private final TreeMap<Long, Map<String, Optional<byte[]>>> transactions = new TreeMap<>();
  private int records;

  /** Both are revisions of transactions. */
  EtcdHistory(EtcdConnection connection, EtcdKeys keys, long after, long upTo) {
    this.connection = connection;
    this.keys = keys;
    this.after = after;
    this.upTo = upTo;
  }

  CompletableFuture<Optional<List<Change>>> read() {
    return from(after);
  }

  private CompletableFuture<Optional<List<Change>>> from(long revision) {
    return connection
        .call(
            "read what changed after revision " + after,
            EtcdConnection.CALL_MS_MAX,
            client -> firstAnswer(client, revision))
        .thenComposeAsync(this::add, connection.executor());
  }

  /** Completes with no events where etcd has compacted its history away. */
  private CompletableFuture<List<WatchEvent>> firstAnswer(Client client, long revision) {
    WatchOption option =
        WatchOption.builder().withRevision(revision).withRange(keys.endOfEntries()).build();
    CompletableFuture<List<WatchEvent>> answer = new CompletableFuture<>();
    Watch.Watcher watcher =
        client.getWatchClient().watch(keys.lastWrite(), option, new FirstAnswer(answer));
    answer.whenComplete((events, e) -> watcher.close());
    return answer;
  }

  private CompletableFuture<Optional<List<Change>>> add(List<WatchEvent> events) {
    long last = 0;
    for (WatchEvent event : events) {
      last = event.getKeyValue().getModRevision();
      if (last <= upTo) {
        add(event, last);
      }
    }
    boolean foreign = transactions.isEmpty() || transactions.firstKey() != after;
    if (foreign || records > MetadataStore.CHANGES_RECORDS_MAX) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return last < upTo ? from(last + 1) : CompletableFuture.completedFuture(Optional.of(told()));
  }

  private void add(WatchEvent event, long revision) {
    ByteSequence key = event.getKeyValue().getKey();
    if (key.equals(keys.lastWrite())) {
      transactions.computeIfAbsent(revision, at -> new LinkedHashMap<>());
    } else if (revision > after && keys.isEntry(key)) {
      records++;
      transactions
          .computeIfAbsent(revision, at -> new LinkedHashMap<>())
          .put(
              keys.keyOf(key),
              switch (event.getEventType()) {
                case PUT -> Optional.of(event.getKeyValue().getValue().getBytes());
                case DELETE -> Optional.empty();
                case UNRECOGNIZED ->
                    throw new IllegalStateException("etcd tells of an unknown kind of event");
              });
    }
  }

  /** Without those that changed nothing: they settled what an unanswered one had become. */
  private List<Change> told() {
    List<Change> changes = new ArrayList<>();
    transactions.forEach(
        (revision, puts) -> {
          if (!puts.isEmpty()) {
            changes.add(new Change(revision, puts));
          }
        });
    return changes;
  }

  private record FirstAnswer(CompletableFuture<List<WatchEvent>> answer) implements Watch.Listener {
    @Override
    public void onNext(WatchResponse response) {
      if (!response.getEvents().isEmpty()) {
        answer.complete(response.getEvents());
      }
    }

    @Override
    public void onError(Throwable e) {
      if (e instanceof CompactedException) {
        answer.complete(List.of());
      } else {
        answer.completeExceptionally(e);
      }
    }

    @Override
    public void onCompleted() {
      answer.completeExceptionally(new IllegalStateException("the watch ended without an answer"));
    }
  }
}
