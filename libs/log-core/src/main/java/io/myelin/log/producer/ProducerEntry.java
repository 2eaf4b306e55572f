package io.myelin.log.producer;

/** What a log remembers of one producer id: its epoch and its last batches. Shard-confined. */
final class ProducerEntry {
  /** As many as a Kafka producer may have in flight and repeat. */
  static final int BATCHES_MAX = 5;

  static final short NO_EPOCH = -1;
  static final long NO_TRANSACTION = -1;

  final long producerId;
  short epoch = NO_EPOCH;
  int coordinatorEpoch = -1;
  long lastTimestamp = -1;
  long transactionStart = NO_TRANSACTION;

  /** A ring of (last offset, timestamp, last sequence and offset delta). */
  private final long[] batches = new long[3 * BATCHES_MAX];

  private int newest = -1;
  private int count;

  ProducerEntry(long producerId) {
    this.producerId = producerId;
  }

  /** How many of the last batches are known. */
  int batches() {
    return count;
  }

  /** Of the batch before which there were {@code age} newer ones. */
  int slot(int age) {
    return (newest - age + BATCHES_MAX) % BATCHES_MAX;
  }

  int lastSequence() {
    return count == 0 ? -1 : lastSequenceOf(newest);
  }

  long lastOffset() {
    return count == 0 ? -1 : batches[3 * newest];
  }

  int lastSequenceOf(int slot) {
    return (int) (batches[3 * slot + 2] >>> 32);
  }

  int deltaOf(int slot) {
    return (int) batches[3 * slot + 2];
  }

  void setEpoch(short newEpoch) {
    if (epoch != newEpoch) {
      epoch = newEpoch;
      count = 0;
    }
  }

  void addBatch(int lastSequence, long lastOffset, int offsetDelta, long timestamp) {
    newest = (newest + 1) % BATCHES_MAX;
    count = Math.min(count + 1, BATCHES_MAX);
    batches[3 * newest] = lastOffset;
    batches[3 * newest + 1] = timestamp;
    batches[3 * newest + 2] = (long) lastSequence << 32 | offsetDelta & 0xffffffffL;
    lastTimestamp = timestamp;
  }

  /** The slot of the batch with exactly these sequence numbers, or -1. */
  int find(int firstSequence, int lastSequence) {
    for (int i = 0; i < count; i++) {
      int slot = slot(i);
      if (lastSequenceOf(slot) == lastSequence
          && Sequences.minus(lastSequence, deltaOf(slot)) == firstSequence) {
        return slot;
      }
    }
    return -1;
  }

  long lastOffsetOf(int slot) {
    return batches[3 * slot];
  }

  long firstOffsetOf(int slot) {
    return batches[3 * slot] - deltaOf(slot);
  }

  long timestampOf(int slot) {
    return batches[3 * slot + 1];
  }

  /** Saves what {@link #setEpoch} and {@link #addBatch} are about to change. */
  void save(long[] into, int at) {
    int overwritten = (newest + 1) % BATCHES_MAX;
    into[at] = batches[3 * overwritten];
    into[at + 1] = batches[3 * overwritten + 1];
    into[at + 2] = batches[3 * overwritten + 2];
    into[at + 3] = lastTimestamp;
    into[at + 4] = transactionStart;
    into[at + 5] = (long) newest << 32 | (long) count << 16 | epoch & 0xffffL;
  }

  void restore(long[] from, int at) {
    newest = (int) (from[at + 5] >> 32);
    count = (int) (from[at + 5] >> 16 & 0xffff);
    epoch = (short) from[at + 5];
    int overwritten = (newest + 1) % BATCHES_MAX;
    batches[3 * overwritten] = from[at];
    batches[3 * overwritten + 1] = from[at + 1];
    batches[3 * overwritten + 2] = from[at + 2];
    lastTimestamp = from[at + 3];
    transactionStart = from[at + 4];
  }

  /** Longs that {@link #save} writes. */
  static final int SAVED = 6;
}
