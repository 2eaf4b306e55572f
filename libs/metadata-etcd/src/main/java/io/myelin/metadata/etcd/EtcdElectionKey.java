package io.myelin.metadata.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.myelin.env.Environment;
import io.myelin.env.Randomness;
import io.myelin.metadata.Election;
import io.myelin.metadata.Election.Active;
import io.myelin.metadata.Election.Candidate;
import io.myelin.metadata.ElectionKey;
import io.myelin.metadata.LeaseElection;
import io.myelin.metadata.MetadataFormatException;
import io.myelin.metadata.MetadataStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * One key in etcd with a lease; its create revision is the epoch. Thread-safe, never blocks.
 *
 * <p>Whoever releases deletes the key and leaves the lease to expire: nothing depends on it.
 */
public final class EtcdElectionKey implements ElectionKey {
  /** etcd grants no less with its default election timeout. */
  static final long LEASE_S = 2;

  /** Of one look or refresh: the next one follows soon, so only a few members are asked. */
  private static final long SHORT_CALL_MS_MAX = 1_100;

  private final EtcdConnection connection;
  private final EtcdKeys keys;
  private final Randomness randomness;

  private EtcdElectionKey(EtcdSettings settings, Environment environment) {
    this.connection = new EtcdConnection(settings, environment);
    this.keys = new EtcdKeys(settings.prefix());
    this.randomness = environment.randomness();
  }

  /**
   * The election of the cluster that these settings name. Connects when it is first used; closing
   * it closes the connection, which stores that its leaderships opened share.
   */
  public static Election election(EtcdSettings settings, Environment environment) {
    return new LeaseElection(new EtcdElectionKey(settings, environment), environment);
  }

  @Override
  public CompletableFuture<Optional<Active>> read() {
    return connection
        .call(
            "read who is the active controller",
            SHORT_CALL_MS_MAX,
            client -> client.getKVClient().get(keys.active()))
        .thenApply(EtcdElectionKey::active);
  }

  @Override
  public CompletableFuture<Optional<Holding>> acquire(Candidate candidate) {
    return connection
        .call("get a lease", SHORT_CALL_MS_MAX, client -> client.getLeaseClient().grant(LEASE_S))
        .thenCompose(
            lease -> put(candidate, lease.getID(), TimeUnit.SECONDS.toMillis(lease.getTTL())));
  }

  private CompletableFuture<Optional<Holding>> put(Candidate candidate, long lease, long ttlMs) {
    Cmp free = new Cmp(keys.active(), Cmp.Op.EQUAL, CmpTarget.createRevision(0));
    PutOption leased = PutOption.builder().withLeaseId(lease).build();
    return connection
        .call(
            "campaign",
            SHORT_CALL_MS_MAX,
            client ->
                client
                    .getKVClient()
                    .txn()
                    .If(free)
                    .Then(Op.put(keys.active(), value(candidate), leased))
                    .Else(Op.get(keys.active(), GetOption.DEFAULT))
                    .commit())
        .thenApply(
            answer -> {
              if (answer.isSucceeded()) {
                return Optional.of(new Holding(answer.getHeader().getRevision(), lease, ttlMs));
              }
              // An attempt of this very call may have taken the key without our hearing of it.
              return answer.getGetResponses().getFirst().getKvs().stream()
                  .filter(holder -> holder.getLease() == lease)
                  .map(holder -> new Holding(holder.getCreateRevision(), lease, ttlMs))
                  .findFirst();
            });
  }

  @Override
  public CompletableFuture<Boolean> renew(Holding holding) {
    return connection.call(
        "refresh the active controller's lease",
        SHORT_CALL_MS_MAX,
        client ->
            client
                .getLeaseClient()
                .keepAliveOnce(holding.lease())
                .thenApply(answer -> answer.getTTL() > 0)
                .exceptionally(EtcdElectionKey::falseIfGone));
  }

  private static boolean falseIfGone(Throwable e) {
    Throwable cause = EtcdConnection.unwrapped(e);
    if (cause instanceof EtcdException known && known.getErrorCode() == ErrorCode.NOT_FOUND) {
      return false;
    }
    throw new CompletionException(cause);
  }

  @Override
  public CompletableFuture<Boolean> release(long epoch) {
    Cmp holds = new Cmp(keys.active(), Cmp.Op.EQUAL, CmpTarget.createRevision(epoch));
    return connection
        .call(
            "revoke the leadership of epoch " + epoch,
            EtcdConnection.CALL_MS_MAX,
            client ->
                client
                    .getKVClient()
                    .txn()
                    .If(holds)
                    .Then(Op.delete(keys.active(), DeleteOption.DEFAULT))
                    .commit())
        .thenApply(answer -> answer.isSucceeded());
  }

  @Override
  public CompletableFuture<MetadataStore> openStore(long epoch) {
    return EtcdMetadataStore.open(connection, keys, epoch, randomness);
  }

  @Override
  public String place() {
    return connection.place();
  }

  @Override
  public void close() {
    connection.close();
  }

  private static Optional<Active> active(GetResponse answer) {
    return answer.getKvs().stream().findFirst().map(EtcdElectionKey::active);
  }

  private static Active active(KeyValue holder) {
    return new Active(candidate(holder.getValue()), holder.getCreateRevision());
  }

  private static ByteSequence value(Candidate candidate) {
    return EtcdKeys.bytes(candidate.id() + " " + candidate.endpoint());
  }

  private static Candidate candidate(ByteSequence value) {
    String text = EtcdKeys.text(value);
    List<String> parts = List.of(text.split(" ", 2));
    try {
      return new Candidate(Integer.parseInt(parts.getFirst()), parts.getLast());
    } catch (NumberFormatException e) {
      throw new MetadataFormatException(
          "The key of the active controller in etcd has the value '"
              + text
              + "', not an id and an endpoint",
          e);
    }
  }
}
