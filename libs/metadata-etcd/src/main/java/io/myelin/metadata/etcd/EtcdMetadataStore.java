package io.myelin.metadata.etcd;

import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.myelin.env.Randomness;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.StoreClosedException;
import io.myelin.metadata.etcd.FencedTransaction.Answer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A store in etcd, of one leadership.
 *
 * <p>Guarantee: as {@link MetadataStore} says, fenced by the election key's create revision. One
 * transaction is under way at a time, and each takes effect only directly behind the one before
 * (see {@link FencedTransaction}); so an attempt that nobody heard of again cannot take effect
 * later, and can be repeated with another member. Thread-safe; fields are confined to the
 * connection's executor unless volatile, and futures complete there.
 *
 * <p>Crash rule: what etcd has confirmed is on a majority's disks. After a failure the outcome is
 * unknown, and those that were waiting behind it fail without having been sent; the next call first
 * settles it, by a write of its own that no attempt of before can follow.
 */
final class EtcdMetadataStore implements MetadataStore {
  private static final Transaction NOTHING = new Transaction(Map.of(), Map.of());

  // Each time, another attempt of before has slipped in; there are only as many as were sent.
  private static final int SETTLE_ATTEMPTS_MAX = 100;

  private final EtcdConnection connection;
  private final EtcdKeys keys;
  private final long epoch;
  private final String storeId;
  private final String tokens;
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();
  private long sequence;

  /** Null: unknown. */
  private LastWrite lastWrite;

  private boolean busy;
  private boolean deposed;
  private volatile boolean closed;

  private sealed interface Request {
    record Write(Transaction transaction, CompletableFuture<Outcome> future) implements Request {}

    record Read(CompletableFuture<Listing> future) implements Request {}
  }

  private EtcdMetadataStore(
      EtcdConnection connection, EtcdKeys keys, long epoch, String storeId, String tokens) {
    this.connection = connection;
    this.keys = keys;
    this.epoch = epoch;
    this.storeId = storeId;
    this.tokens = tokens;
  }

  /**
   * @param epoch create revision of the key of the active controller
   */
  static CompletableFuture<MetadataStore> open(
      EtcdConnection connection, EtcdKeys keys, long epoch, Randomness randomness) {
    String fresh = uuid(randomness);
    Cmp isNew = new Cmp(keys.storeId(), Cmp.Op.EQUAL, CmpTarget.createRevision(0));
    return connection
        .call(
            "open the metadata store",
            EtcdConnection.CALL_MS_MAX,
            client ->
                client
                    .getKVClient()
                    .txn()
                    .If(isNew)
                    .Then(
                        Op.put(keys.storeId(), EtcdKeys.bytes(fresh), PutOption.DEFAULT),
                        Op.get(keys.storeId(), GetOption.DEFAULT))
                    .Else(Op.get(keys.storeId(), GetOption.DEFAULT))
                    .commit())
        .thenApply(
            answer -> {
              KeyValue storeId = answer.getGetResponses().getFirst().getKvs().getFirst();
              return new EtcdMetadataStore(
                  connection, keys, epoch, EtcdKeys.text(storeId.getValue()), uuid(randomness));
            });
  }

  @Override
  public CompletableFuture<Listing> list() {
    CompletableFuture<Listing> future = new CompletableFuture<>();
    submit(new Request.Read(future));
    return future;
  }

  /** The past does not change: this waits for nothing that is under way. */
  @Override
  public CompletableFuture<Optional<List<Change>>> changes(long after, long upTo) {
    return closed
        ? CompletableFuture.failedFuture(new StoreClosedException())
        : new EtcdHistory(connection, keys, after, upTo).read();
  }

  @Override
  public CompletableFuture<Outcome> commit(Transaction transaction) {
    transaction.checkSize(operationsMax());
    CompletableFuture<Outcome> future = new CompletableFuture<>();
    submit(new Request.Write(transaction, future));
    return future;
  }

  @Override
  public String storeId() {
    return storeId;
  }

  /** What was not sent yet fails; what is under way is still answered. */
  @Override
  public void close() {
    closed = true;
    connection.executor().execute(() -> failWaiting(new StoreClosedException()));
  }

  private void submit(Request request) {
    if (closed) {
      fail(request, new StoreClosedException());
      return;
    }
    connection
        .executor()
        .execute(
            () -> {
              waiting.add(request);
              startNext();
            });
  }

  private void startNext() {
    while (!busy && !waiting.isEmpty()) {
      Request next = waiting.poll();
      if (closed) {
        fail(next, new StoreClosedException());
      } else if (deposed && next instanceof Request.Write write) {
        write.future().complete(new Outcome.Deposed());
      } else {
        busy = true;
        start(next);
      }
    }
  }

  private void start(Request request) {
    CompletableFuture<Boolean> settled =
        lastWrite == null ? settle(SETTLE_ATTEMPTS_MAX) : CompletableFuture.completedFuture(true);
    settled.whenComplete(
        (inOffice, e) -> {
          if (e != null) {
            failed(request, e);
          } else {
            carryOut(request, inOffice);
          }
        });
  }

  private void carryOut(Request request, boolean inOffice) {
    switch (request) {
      case Request.Write write -> {
        if (inOffice) {
          write(write);
        } else {
          done(() -> write.future().complete(new Outcome.Deposed()));
        }
      }
      case Request.Read read ->
          new EtcdListing(connection, keys)
              .read()
              .whenCompleteAsync(
                  (listing, e) -> {
                    if (e != null) {
                      failed(read, e);
                    } else {
                      done(
                          () ->
                              read.future()
                                  .complete(new Listing(lastWrite.change(), listing.entries())));
                    }
                  },
                  connection.executor());
    }
  }

  private void write(Request.Write write) {
    Sending sending = new Sending(write.transaction());
    sending
        .send()
        .whenComplete(
            (answer, e) -> {
              if (e != null) {
                failed(write, e);
                return;
              }
              switch (answer) {
                case Answer.Committed committed -> {
                  lastWrite = lastWrite.then(committed.revision(), changes(write.transaction()));
                  done(() -> write.future().complete(new Outcome.Committed(committed.revision())));
                }
                case Answer.Conflict conflict ->
                    done(() -> write.future().complete(new Outcome.Conflict(conflict.keys())));
                case Answer.Deposed ignored -> {
                  deposed = true;
                  if (sending.attempts == 1) {
                    done(() -> write.future().complete(new Outcome.Deposed()));
                  } else {
                    failed(write, unheard("the leadership of epoch " + epoch + " ended"));
                  }
                }
                case Answer.Overtaken overtaken ->
                    failed(write, unheard("something else wrote (" + overtaken.by() + ")"));
              }
            });
  }

  /**
   * Puts an end to whatever this writer, or an earlier store of the same epoch, still has under
   * way. False: the epoch has ended.
   */
  private CompletableFuture<Boolean> settle(int attemptsLeft) {
    return connection
        .call(
            "read the last write",
            EtcdConnection.CALL_MS_MAX,
            client -> client.getKVClient().get(keys.lastWrite()))
        .thenCompose(
            found -> {
              lastWrite = LastWrite.of(found);
              return new Sending(NOTHING).send();
            })
        .thenCompose(
            answer ->
                switch (answer) {
                  case Answer.Committed committed -> {
                    lastWrite = lastWrite.then(committed.revision(), false);
                    yield CompletableFuture.completedFuture(true);
                  }
                  case Answer.Deposed ignored -> {
                    lastWrite = null;
                    deposed = true;
                    yield CompletableFuture.completedFuture(false);
                  }
                  case Answer.Overtaken overtaken -> {
                    lastWrite = null;
                    yield attemptsLeft > 0
                        ? settle(attemptsLeft - 1)
                        : CompletableFuture.failedFuture(
                            unheard("something else keeps writing (" + overtaken.by() + ")"));
                  }
                  case Answer.Conflict ignored ->
                      throw new IllegalStateException("Nothing was compared, yet it conflicts");
                });
  }

  private void done(Runnable answer) {
    busy = false;
    answer.run();
    startNext();
  }

  private void failed(Request request, Throwable e) {
    Throwable cause = EtcdConnection.unwrapped(e);
    lastWrite = null;
    busy = false;
    fail(request, cause);
    failWaiting(cause);
    startNext();
  }

  /** They were decided on what the failed one would have written: none of them may overtake it. */
  private void failWaiting(Throwable cause) {
    List<Request> all = new ArrayList<>(waiting);
    waiting.clear();
    all.forEach(request -> fail(request, cause));
  }

  private static void fail(Request request, Throwable cause) {
    switch (request) {
      case Request.Write write -> write.future().completeExceptionally(cause);
      case Request.Read read -> read.future().completeExceptionally(cause);
    }
  }

  private static EtcdFailedException unheard(String why) {
    return new EtcdFailedException(
        "Whether a transaction was committed is unknown: " + why + " while its answer was awaited",
        null);
  }

  /** Distinguishes a transaction from every other one. */
  private String token(Transaction content) {
    String token = epoch + "/" + tokens + "/" + sequence++;
    return changes(content) ? token : lastWrite.unchanged(token);
  }

  private static boolean changes(Transaction transaction) {
    return !transaction.puts().isEmpty();
  }

  private static String uuid(Randomness randomness) {
    byte[] bytes = new byte[16];
    randomness.nextBytes(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong()).toString();
  }

  /** One transaction, with all attempts to send it. */
  private final class Sending {
    private final FencedTransaction transaction;
    // Written by the executor, read there when the answer has come.
    private int attempts;

    Sending(Transaction content) {
      transaction =
          new FencedTransaction(keys, epoch, lastWrite.revision(), token(content), content);
    }

    CompletableFuture<Answer> send() {
      return connection.call(
          "write the metadata",
          EtcdConnection.CALL_MS_MAX,
          client -> {
            attempts++;
            return transaction.send(client.getKVClient());
          });
    }
  }
}
