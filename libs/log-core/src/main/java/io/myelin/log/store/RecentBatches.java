package io.myelin.log.store;

/**
 * Where the batches that this process appended last begin. The owner adds; readers search what
 * their view has, without locks: an entry is written once, before the view that counts it is
 * published.
 */
final class RecentBatches {
  private static final int FIRST_CHUNK = 16;
  private static final int LARGEST_CHUNK = 512;

  /** 4,096 batches: 64 MB of 16 KiB batches, and 64 KB of heap for the busiest partitions. */
  private static final int CHUNKS_MAX = 9;

  /** Consecutive batches of one segment. */
  static final class Chunk {
    final Segment segment;
    final long[] offsets;
    final int[] positions;
    private volatile Chunk previous;

    /** Set once the next chunk is started. */
    private int filled;

    Chunk(Segment segment, int capacity, Chunk previous) {
      this.segment = segment;
      this.offsets = new long[capacity];
      this.positions = new int[capacity];
      this.previous = previous;
    }
  }

  /** A place in a chunk. */
  record Place(Chunk chunk, int index, int count, Chunk following) {
    int position() {
      return chunk.positions[index];
    }

    /** Where the batch ends; {@code segmentEnd}: where the segment's last batch ends. */
    int end(int segmentEnd) {
      if (index + 1 < count) {
        return chunk.positions[index + 1];
      }
      return following != null && following.segment == chunk.segment
          ? following.positions[0]
          : segmentEnd;
    }
  }

  private Chunk head;
  private int count;

  Chunk head() {
    return head;
  }

  int count() {
    return count;
  }

  void clear() {
    head = null;
    count = 0;
  }

  void add(Segment segment, long baseOffset, int position) {
    if (head == null || head.segment != segment || count == head.offsets.length) {
      startChunk(segment);
    }
    head.offsets[count] = baseOffset;
    head.positions[count] = position;
    count++;
  }

  private void startChunk(Segment segment) {
    int capacity = head == null ? FIRST_CHUNK : Math.min(LARGEST_CHUNK, 2 * head.offsets.length);
    Chunk chunk = new Chunk(segment, capacity, head);
    if (head != null) {
      head.filled = count;
    }
    head = chunk;
    count = 0;
    Chunk last = head;
    for (int i = 1; i < CHUNKS_MAX && last != null; i++) {
      last = last.previous;
    }
    if (last != null) {
      last.previous = null;
    }
  }

  /** The last batch that starts at or before {@code offset}, or null. */
  static Place find(Chunk head, int count, long offset) {
    int entries = count;
    Chunk following = null;
    for (Chunk chunk = head; chunk != null; ) {
      if (entries > 0 && chunk.offsets[0] <= offset) {
        return new Place(chunk, floor(chunk.offsets, entries, offset), entries, following);
      }
      following = chunk;
      chunk = chunk.previous;
      entries = chunk == null ? 0 : chunk.filled;
    }
    return null;
  }

  private static int floor(long[] offsets, int count, long offset) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (offsets[middle] <= offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }
}
