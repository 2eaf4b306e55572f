package io.myelin.controller;

import io.myelin.metadata.MetadataCodec;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Transaction;
import io.myelin.metadata.RecordChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The transactions of one decision. A store takes only so many operations and bytes at once, so new
 * and changed partitions go first, in as many transactions as it takes; then, in one, the record
 * that makes them count; then deletions of partitions that do not count any more. A crash in
 * between leaves new partitions that no image shows and that the next start removes, and changed
 * ones, which must be right without the commit, too.
 *
 * @param commit index of the transaction with which the decision has happened
 */
record CommitPlan(List<Transaction> transactions, int commit) {

  static CommitPlan of(List<RecordChange> records, int operationsMax) {
    List<RecordChange> before = new ArrayList<>();
    List<RecordChange> commit = new ArrayList<>();
    List<RecordChange> after = new ArrayList<>();
    for (RecordChange change : records) {
      if (!MetadataKeys.isPartition(change.key())) {
        commit.add(change);
      } else if (change.record().isPresent()) {
        before.add(change);
      } else {
        after.add(change);
      }
    }
    if (records.size() <= operationsMax) {
      Transaction all = transaction(records);
      if (all.bytes() <= MetadataStore.TOGETHER_BYTES_MAX) {
        return new CommitPlan(List.of(all), 0);
      }
    }
    List<Transaction> transactions = new ArrayList<>(split(before, operationsMax));
    int index = transactions.size();
    if (!commit.isEmpty()) {
      Transaction atOnce = transaction(commit);
      atOnce.checkSize(operationsMax);
      transactions.add(atOnce);
    }
    transactions.addAll(split(after, operationsMax));
    return new CommitPlan(transactions, Math.min(index, transactions.size() - 1));
  }

  static List<Transaction> split(List<RecordChange> records, int operationsMax) {
    return Transaction.split(puts(records), operationsMax);
  }

  static Transaction transaction(List<RecordChange> records) {
    return new Transaction(Map.of(), puts(records));
  }

  private static Map<String, Optional<byte[]>> puts(List<RecordChange> records) {
    Map<String, Optional<byte[]>> puts = new LinkedHashMap<>();
    for (RecordChange change : records) {
      puts.put(change.key(), change.record().map(MetadataCodec::encode));
    }
    return puts;
  }
}
