package io.myelin.broker.replica;

import io.myelin.log.FileSlice;
import io.myelin.log.Isolation;
import io.myelin.log.LogView;
import io.myelin.log.ReadResult;
import io.myelin.log.record.BatchLayout;
import io.myelin.replication.FollowerEffect.Lane;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

/** One follower that is being sent a partition's records. Confined to the shard. */
final class FollowerPush {
  // A message's worth: large enough to be cheap, small enough not to hold up other partitions.
  static final int BYTES_MAX = 256 << 10;

  final long session;
  final Lane lane;
  private final int follower;
  private final ReplicaLeader leader;
  private final Executor readers;
  private final SharedRead sharedRead;
  private long toldHighWatermark = -1;
  private long next;
  private boolean begun;
  private boolean reading;

  /** What was read elsewhere, from {@link #next} on, and waits for the stream; null: nothing. */
  private ByteBuffer read;

  private boolean throttled;
  private boolean closed;

  FollowerPush(
      ReplicaLeader leader,
      Executor readers,
      SharedRead sharedRead,
      int follower,
      Lane lane,
      long session,
      long start) {
    this.leader = leader;
    this.readers = readers;
    this.sharedRead = sharedRead;
    this.follower = follower;
    this.lane = lane;
    this.session = session;
    this.next = start;
  }

  /** The follower's log is cut, and holds what the leader has up to {@code offset} at least. */
  void acknowledged(long offset) {
    begun = true;
    if (offset > next) {
      next = offset;
      read = null;
    }
    pump();
  }

  boolean isBegun() {
    return begun;
  }

  void close() {
    closed = true;
    read = null;
  }

  /** Sends what there is, as long as the stream takes it. */
  void pump() {
    while (begun && !closed && !reading && !throttled) {
      LogView view = leader.view();
      if (next >= view.logEndOffset() || !leader.isReady(follower, lane)) {
        return;
      }
      long waitMs = leader.throttledMs(follower, lane);
      if (waitMs > 0) {
        throttled = true;
        leader.pumpLater(this, waitMs);
        return;
      }
      if (next < view.logStartOffset()) {
        leader.sendProgress(follower, this); // it acknowledges the log start, and we go on there
        return;
      }
      ByteBuffer present = read != null ? read : sharedRead.get(leader, next);
      if (present != null) {
        read = null;
        send(present);
        continue;
      }
      switch (view.tryRead(next, BYTES_MAX, true, Isolation.LOG_END)) {
        case ReadResult.Records records -> {
          try {
            send(sharedRead.read(leader, next, records.slice()));
          } catch (IOException e) {
            leader.failed(e);
            return;
          }
        }
        case ReadResult.Cold cold -> readElsewhere(view);
        case ReadResult.NothingYet nothing -> {
          return;
        }
        case ReadResult.OutOfRange outside -> {
          return; // a newer view comes with its own signal
        }
      }
    }
  }

  /** The time for which the quota made it wait is over. */
  void resume() {
    throttled = false;
    pump();
  }

  /**
   * Many partitions wait for the readers together, all of which have found the stream ready: who
   * comes too late does not read, and whose stream is full when it has been read waits with it.
   */
  private void readElsewhere(LogView view) {
    reading = true;
    long from = next;
    readers.execute(
        () -> {
          if (!leader.isReady(follower, lane)) {
            leader.onShard(() -> onRead(from, null));
            return;
          }
          try {
            ByteBuffer bytes =
                view.read(from, BYTES_MAX, true, Isolation.LOG_END)
                        instanceof ReadResult.Records records
                    ? bytes(records.slice())
                    : null;
            leader.onShard(() -> onRead(from, bytes));
          } catch (IOException e) {
            leader.onShard(() -> leader.failed(e));
          }
        });
  }

  private void onRead(long from, ByteBuffer bytes) {
    reading = false;
    if (!closed && from == next) {
      read = bytes;
    }
    pump();
  }

  /** That the follower is told the watermark. */
  void tells(long highWatermark) {
    toldHighWatermark = highWatermark;
  }

  /** Whether nobody has told the follower yet. */
  boolean owes(long highWatermark) {
    return begun && toldHighWatermark < highWatermark;
  }

  private void send(ByteBuffer batches) {
    long from = next;
    next = BatchLayout.lastOffset(batches, lastBatch(batches)) + 1;
    leader.sendRecords(follower, this, from, batches);
  }

  /** Where the last whole batch begins; cuts off what follows it. */
  private static int lastBatch(ByteBuffer batches) {
    int last = 0;
    int at = 0;
    while (at + BatchLayout.PREFIX_BYTES <= batches.limit()
        && at + BatchLayout.sizeInBytes(batches, at) <= batches.limit()) {
      last = at;
      at += BatchLayout.sizeInBytes(batches, at);
    }
    batches.limit(at);
    return last;
  }

  private static ByteBuffer bytes(FileSlice slice) throws IOException {
    return SharedRead.fill(ByteBuffer.allocate(slice.length()), slice);
  }
}
