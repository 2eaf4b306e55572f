package io.myelin.log.clean;

import io.myelin.log.ReadResult.AbortedTransaction;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;

/** What a reader of the whole log ends up with: the offset of each key's last committed record. */
final class LastValues {
  private LastValues() {}

  static Map<String, Long> of(ByteBuffer log, List<AbortedTransaction> aborted) {
    Map<String, Long> last = new TreeMap<>();
    for (MutableRecordBatch batch : MemoryRecords.readableRecords(log).batches()) {
      batch.ensureValid();
      if (batch.isControlBatch() || isAborted(batch, aborted)) {
        continue;
      }
      for (Record record : batch) {
        if (record.hasKey()) {
          last.put(StandardCharsets.UTF_8.decode(record.key()).toString(), record.offset());
        }
      }
    }
    return last;
  }

  private static boolean isAborted(MutableRecordBatch batch, List<AbortedTransaction> aborted) {
    return batch.isTransactional()
        && aborted.stream()
            .anyMatch(
                one ->
                    one.producerId() == batch.producerId()
                        && one.firstOffset() <= batch.baseOffset()
                        && batch.lastOffset() <= one.lastOffset());
  }
}
