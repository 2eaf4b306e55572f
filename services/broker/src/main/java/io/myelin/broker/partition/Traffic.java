package io.myelin.broker.partition;

import io.myelin.log.AppendResult;
import io.myelin.log.record.ValidBatch;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How much has gone into and out of this broker, as a whole and by topic, since it started.
 * Thread-safe; counting is a few additions without contention. What a deleted topic has counted
 * stays in the whole.
 */
public final class Traffic {
  private final Counts whole = new Counts();
  private final ConcurrentHashMap<String, Counts> byTopic = new ConcurrentHashMap<>();

  /** Sums since the start; each is right for itself, not all at the same instant. */
  public static final class Counts {
    private final LongAdder messagesIn = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();

    /** Records that were appended. */
    public long messagesIn() {
      return messagesIn.sum();
    }

    /** Bytes of the batches that were appended. */
    public long bytesIn() {
      return bytesIn.sum();
    }

    /** Bytes of records that were sent to consumers. */
    public long bytesOut() {
      return bytesOut.sum();
    }

    private void in(long messages, long bytes) {
      messagesIn.add(messages);
      bytesIn.add(bytes);
    }
  }

  /** A topic's counts and the whole's, for those who count. */
  final class OfTopic {
    private final Counts counts;

    private OfTopic(Counts counts) {
      this.counts = counts;
    }

    /** Counts those that were appended: once per group, not per batch. */
    void in(List<ValidBatch> batches, List<AppendResult> results) {
      long messages = 0;
      long bytes = 0;
      for (int i = 0; i < batches.size(); i++) {
        if (results.get(i) instanceof AppendResult.Appended) {
          messages += batches.get(i).recordCount();
          bytes += batches.get(i).sizeInBytes();
        }
      }
      counts.in(messages, bytes);
      whole.in(messages, bytes);
    }

    void out(long bytes) {
      counts.bytesOut.add(bytes);
      whole.bytesOut.add(bytes);
    }
  }

  public Counts whole() {
    return whole;
  }

  /** The topic's counts, or null. */
  public Counts topic(String name) {
    return byTopic.get(name);
  }

  OfTopic of(String topic) {
    return new OfTopic(byTopic.computeIfAbsent(topic, name -> new Counts()));
  }

  void forget(String topic) {
    byTopic.remove(topic);
  }
}
