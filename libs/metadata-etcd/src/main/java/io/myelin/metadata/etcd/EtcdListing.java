package io.myelin.metadata.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.myelin.metadata.MetadataStore.Listing;
import io.myelin.metadata.MetadataStore.Versioned;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/**
 * Reads all entries page by page, at the revision at which the first page was read. When etcd
 * compacts that revision away meanwhile, it begins again. Confined to the connection's executor.
 */
final class EtcdListing {
  /** Some hundred kilobytes: what a member answers in a few milliseconds. */
  static final int PAGE_ENTRIES = 1_000;

  // A listing of a million entries takes seconds, and compactions are minutes apart.
  private static final int COMPACTIONS_MAX = 5;

  private static final byte[] NEXT = {0};

  private final EtcdConnection connection;
  private final EtcdKeys keys;
  private final LongConsumer afterPage;
  private final Map<String, Versioned> entries = new TreeMap<>();
  private long revision;
  private int compactions;

  EtcdListing(EtcdConnection connection, EtcdKeys keys) {
    this(connection, keys, revision -> {});
  }

  /**
   * @param afterPage is told the revision after each page but the last, for tests that interfere
   */
  EtcdListing(EtcdConnection connection, EtcdKeys keys, LongConsumer afterPage) {
    this.connection = connection;
    this.keys = keys;
    this.afterPage = afterPage;
  }

  CompletableFuture<Listing> read() {
    entries.clear();
    revision = 0;
    return page(keys.firstEntry());
  }

  private CompletableFuture<Listing> page(ByteSequence from) {
    CompletableFuture<CompletableFuture<Listing>> next =
        connection
            .call("list the metadata", EtcdConnection.CALL_MS_MAX, client -> get(client, from))
            .handleAsync((page, e) -> e == null ? add(page) : beginAgain(e), connection.executor());
    return next.thenCompose(listing -> listing);
  }

  private CompletableFuture<GetResponse> get(Client client, ByteSequence from) {
    GetOption option =
        GetOption.builder()
            .withRange(keys.endOfEntries())
            .withLimit(PAGE_ENTRIES)
            .withRevision(revision)
            .build();
    return client.getKVClient().get(from, option);
  }

  private CompletableFuture<Listing> add(GetResponse page) {
    if (revision == 0) {
      revision = page.getHeader().getRevision();
    }
    for (KeyValue entry : page.getKvs()) {
      entries.put(
          keys.keyOf(entry.getKey()),
          new Versioned(entry.getValue().getBytes(), entry.getModRevision()));
    }
    if (!page.isMore()) {
      return CompletableFuture.completedFuture(new Listing(revision, entries));
    }
    afterPage.accept(revision);
    ByteSequence last = page.getKvs().getLast().getKey();
    return page(last.concat(ByteSequence.from(NEXT)));
  }

  private CompletableFuture<Listing> beginAgain(Throwable e) {
    Throwable cause = EtcdConnection.unwrapped(e);
    if (cause.getMessage() != null
        && cause.getMessage().contains("required revision has been compacted")
        && ++compactions <= COMPACTIONS_MAX) {
      return read();
    }
    return CompletableFuture.failedFuture(cause);
  }
}
