package io.myelin.metadata.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.myelin.metadata.MetadataStore.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A transaction as etcd gets it: it takes effect only while the epoch lasts, only directly behind
 * the writer's previous one, and at most once however often it is sent. Immutable.
 *
 * <pre>
 *   if    create revision of controller/active       = epoch
 *         mod revision of controller/last-write      = the previous write's revision
 *         mod revision of each compared entry        = what the caller expects
 *   then  put controller/last-write = token; the caller's puts and deletions
 *   else  get controller/active, controller/last-write, each compared entry
 * </pre>
 *
 * @param previous mod revision that {@code controller/last-write} must have
 * @param token distinguishes this transaction from every other one
 */
record FencedTransaction(
    EtcdKeys keys, long epoch, long previous, String token, Transaction transaction) {

  /** What etcd's answer to one of the attempts means. */
  sealed interface Answer {
    record Committed(long revision) implements Answer {}

    record Conflict(List<String> keys) implements Answer {}

    /** The epoch has ended; an earlier attempt may have taken effect before. */
    record Deposed() implements Answer {}

    /**
     * Something else wrote in between; an earlier attempt may have taken effect before.
     *
     * @param by token of the last write
     */
    record Overtaken(String by) implements Answer {}
  }

  CompletableFuture<Answer> send(KV kv) {
    List<String> compared = List.copyOf(transaction.compares().keySet());
    return kv.txn()
        .If(comparisons(compared))
        .Then(changes())
        .Else(questions(compared))
        .commit()
        .thenApply(answer -> read(answer, compared));
  }

  private Cmp[] comparisons(List<String> compared) {
    List<Cmp> all = new ArrayList<>(compared.size() + 2);
    all.add(new Cmp(keys.active(), Cmp.Op.EQUAL, CmpTarget.createRevision(epoch)));
    all.add(new Cmp(keys.lastWrite(), Cmp.Op.EQUAL, CmpTarget.modRevision(previous)));
    for (String key : compared) {
      CmpTarget<Long> expected = CmpTarget.modRevision(transaction.compares().get(key));
      all.add(new Cmp(keys.entry(key), Cmp.Op.EQUAL, expected));
    }
    return all.toArray(Cmp[]::new);
  }

  private Op[] changes() {
    List<Op> all = new ArrayList<>(transaction.puts().size() + 1);
    all.add(Op.put(keys.lastWrite(), EtcdKeys.bytes(token), PutOption.DEFAULT));
    transaction
        .puts()
        .forEach(
            (key, value) ->
                all.add(
                    value.isPresent()
                        ? Op.put(keys.entry(key), ByteSequence.from(value.get()), PutOption.DEFAULT)
                        : Op.delete(keys.entry(key), DeleteOption.DEFAULT)));
    return all.toArray(Op[]::new);
  }

  private Op[] questions(List<String> compared) {
    GetOption bare = GetOption.builder().withKeysOnly(true).build();
    List<Op> all = new ArrayList<>(compared.size() + 2);
    all.add(Op.get(keys.active(), bare));
    all.add(Op.get(keys.lastWrite(), GetOption.DEFAULT));
    compared.forEach(key -> all.add(Op.get(keys.entry(key), bare)));
    return all.toArray(Op[]::new);
  }

  private Answer read(TxnResponse answer, List<String> compared) {
    if (answer.isSucceeded()) {
      return new Answer.Committed(answer.getHeader().getRevision());
    }
    List<GetResponse> found = answer.getGetResponses();
    KeyValue lastWrite = only(found.get(1));
    if (lastWrite != null && EtcdKeys.text(lastWrite.getValue()).equals(token)) {
      return new Answer.Committed(lastWrite.getModRevision());
    }
    KeyValue active = only(found.getFirst());
    if (active == null || active.getCreateRevision() != epoch) {
      return new Answer.Deposed();
    }
    if (modRevision(lastWrite) != previous) {
      return new Answer.Overtaken(lastWrite == null ? "none" : EtcdKeys.text(lastWrite.getValue()));
    }
    List<String> conflicts = new ArrayList<>();
    for (int i = 0; i < compared.size(); i++) {
      String key = compared.get(i);
      if (modRevision(only(found.get(i + 2))) != transaction.compares().get(key)) {
        conflicts.add(key);
      }
    }
    conflicts.sort(null);
    return new Answer.Conflict(conflicts);
  }

  private static KeyValue only(GetResponse found) {
    return found.getKvs().isEmpty() ? null : found.getKvs().getFirst();
  }

  private static long modRevision(KeyValue found) {
    return found == null ? 0 : found.getModRevision();
  }
}
