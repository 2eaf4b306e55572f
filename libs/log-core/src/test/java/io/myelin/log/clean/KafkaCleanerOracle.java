package io.myelin.log.clean;

import io.myelin.log.ReadResult.AbortedTransaction;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecords.RecordFilter;
import org.apache.kafka.common.record.internal.MemoryRecords.RecordFilter.BatchRetention;
import org.apache.kafka.common.record.internal.MemoryRecords.RecordFilter.BatchRetentionResult;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.storage.internals.log.AbortedTxn;
import org.apache.kafka.storage.internals.log.CleanedTransactionMetadata;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;
import org.apache.kafka.storage.internals.log.TransactionIndex;

/**
 * One pass of Kafka's cleaner in memory: its offset map, its bookkeeping of transactions and its
 * rewriting of batches, joined by the rules of its Cleaner, which itself needs a log on a disk.
 */
final class KafkaCleanerOracle {
  private static final int MAP_BYTES = 100_000;

  final List<AbortedTransaction> retainedAborted = new ArrayList<>();
  final SkimpyOffsetMap map;

  KafkaCleanerOracle() throws GeneralSecurityException {
    map = new SkimpyOffsetMap(MAP_BYTES);
  }

  void index(ByteBuffer log, long firstDirty, long end, List<AbortedTransaction> aborted)
      throws GeneralSecurityException {
    CleanedTransactionMetadata transactions = transactions(aborted);
    for (MutableRecordBatch batch : MemoryRecords.readableRecords(log).batches()) {
      boolean discard = isDiscardable(transactions, batch);
      if (!batch.isControlBatch() && !discard) {
        for (Record record : batch) {
          if (record.hasKey() && record.offset() >= firstDirty) {
            map.put(record.key(), record.offset());
          }
        }
      }
      if (batch.lastOffset() >= firstDirty) {
        map.updateLatestOffset(batch.lastOffset());
      }
    }
    map.updateLatestOffset(end - 1);
  }

  private static CleanedTransactionMetadata transactions(List<AbortedTransaction> aborted) {
    CleanedTransactionMetadata transactions = new CleanedTransactionMetadata();
    transactions.addAbortedTransactions(
        aborted.stream()
            .map(
                one ->
                    new AbortedTxn(
                        one.producerId(),
                        one.firstOffset(),
                        one.lastOffset(),
                        one.lastStableOffset()))
            .toList());
    return transactions;
  }

  private static boolean isDiscardable(CleanedTransactionMetadata transactions, RecordBatch batch) {
    return batch.isControlBatch()
        ? transactions.onControlBatchRead(batch)
        : transactions.onBatchRead(batch);
  }

  ByteBuffer clean(
      ByteBuffer log,
      long end,
      List<AbortedTransaction> aborted,
      Map<Long, BatchCleaner.LastRecord> producers,
      long nowMs,
      long deleteRetentionMs,
      File indexFile)
      throws IOException {
    CleanedTransactionMetadata transactions = transactions(aborted);
    try (TransactionIndex index = new TransactionIndex(0, indexFile)) {
      transactions.setCleanedIndex(Optional.of(index));
      RecordFilter filter =
          new RecordFilter(nowMs, deleteRetentionMs) {
            private boolean discard;

            @Override
            protected BatchRetentionResult checkBatchRetention(RecordBatch batch) {
              boolean discardable = isDiscardable(transactions, batch);
              discard =
                  discardable
                      && (!batch.isControlBatch()
                          || batch.deleteHorizonMs().orElse(Long.MAX_VALUE) <= currentTime);
              BatchCleaner.LastRecord last =
                  batch.hasProducerId() ? producers.get(batch.producerId()) : null;
              boolean lastOfProducer =
                  last != null
                      && (last.lastDataOffset() >= 0
                          ? batch.lastOffset() == last.lastDataOffset()
                          : batch.isControlBatch()
                              && batch.producerEpoch() == last.producerEpoch());
              BatchRetention retention =
                  lastOfProducer || batch.nextOffset() == end
                      ? BatchRetention.RETAIN_EMPTY
                      : discard ? BatchRetention.DELETE : BatchRetention.DELETE_EMPTY;
              return new BatchRetentionResult(retention, discardable && batch.isControlBatch());
            }

            @Override
            protected boolean shouldRetainRecord(RecordBatch batch, Record record) {
              return !discard && (batch.isControlBatch() || isKept(batch, record, currentTime));
            }
          };
      ByteBuffer target = ByteBuffer.allocate(4 * log.remaining() + 10_000);
      MemoryRecords.readableRecords(log).filterTo(filter, target, BufferSupplier.NO_CACHING);
      for (AbortedTxn one : index.allAbortedTxns()) {
        retainedAborted.add(
            new AbortedTransaction(
                one.producerId(), one.firstOffset(), one.lastOffset(), one.lastStableOffset()));
      }
      index.deleteIfExists();
      return target.flip();
    }
  }

  private boolean isKept(RecordBatch batch, Record record, long nowMs) {
    if (record.offset() > map.latestOffset()) {
      return true;
    }
    try {
      return record.hasKey()
          && record.offset() >= map.get(record.key())
          && (record.hasValue() || nowMs < batch.deleteHorizonMs().orElse(Long.MAX_VALUE));
    } catch (GeneralSecurityException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
