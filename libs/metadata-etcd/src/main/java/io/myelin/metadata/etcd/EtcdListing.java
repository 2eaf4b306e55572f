package io.myelin.metadata.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.grpc.Status;
import io.myelin.metadata.MetadataStore.Listing;
import io.myelin.metadata.MetadataStore.Versioned;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/**
 * Reads all entries page by page, at the revision at which the first page was read. When etcd
 * compacts that revision away meanwhile, it begins again. Confined to the connection's executor.
 *
 * <p>How large values are only shows when they come: a page that a member does not answer in time,
 * or that is larger than an answer may be, is asked for with half as many entries each time.
 */
final class EtcdListing {
  /** Some hundred kilobytes: what a member answers in a few milliseconds. */
  static final int PAGE_ENTRIES = 1_000;

  // 4 MiB of entries like those of the page before: far below what an answer may have.
  private static final long PAGE_BYTES = 4 << 20;

  // A listing of a million entries takes seconds, and compactions are minutes apart.
  private static final int COMPACTIONS_MAX = 5;

  private static final byte[] NEXT = {0};

  private final EtcdConnection connection;
  private final EtcdKeys keys;
  private final LongConsumer afterPage;
  private final Map<String, Versioned> entries = new TreeMap<>();
  private long revision;
  private int compactions;
  private int askedEntries;
  private int nextEntries = PAGE_ENTRIES;

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
            .handleAsync(
                (page, e) -> e == null ? add(page) : goOn(EtcdConnection.unwrapped(e), from),
                connection.executor());
    return next.thenCompose(listing -> listing);
  }

  /** Each attempt asks for half of what the one before asked for. */
  private CompletableFuture<GetResponse> get(Client client, ByteSequence from) {
    askedEntries = nextEntries;
    nextEntries = Math.max(1, askedEntries / 2);
    GetOption option =
        GetOption.builder()
            .withRange(keys.endOfEntries())
            .withLimit(askedEntries)
            .withRevision(revision)
            .build();
    return client.getKVClient().get(from, option);
  }

  private CompletableFuture<Listing> add(GetResponse page) {
    if (revision == 0) {
      revision = page.getHeader().getRevision();
    }
    long bytes = 1;
    for (KeyValue entry : page.getKvs()) {
      bytes += entry.getValue().size();
      entries.put(
          keys.keyOf(entry.getKey()),
          new Versioned(entry.getValue().getBytes(), entry.getModRevision()));
    }
    nextEntries = Math.clamp(page.getKvs().size() * PAGE_BYTES / bytes, 1, PAGE_ENTRIES);
    if (!page.isMore()) {
      return CompletableFuture.completedFuture(new Listing(revision, entries));
    }
    afterPage.accept(revision);
    ByteSequence last = page.getKvs().getLast().getKey();
    return page(last.concat(ByteSequence.from(NEXT)));
  }

  /** After a page from there on could not be read. */
  private CompletableFuture<Listing> goOn(Throwable cause, ByteSequence from) {
    if (Status.fromThrowable(cause).getCode() == Status.Code.RESOURCE_EXHAUSTED
        && askedEntries > 1) {
      return page(from);
    }
    if (cause.getMessage() != null
        && cause.getMessage().contains("required revision has been compacted")
        && ++compactions <= COMPACTIONS_MAX) {
      return read();
    }
    return CompletableFuture.failedFuture(cause);
  }
}
