package io.myelin.broker.replica;

import io.myelin.log.FileSlice;
import io.myelin.log.Isolation;
import io.myelin.log.LogView;
import io.myelin.log.ReadResult;
import io.myelin.log.record.BatchLayout;
import io.myelin.replication.FollowerEffect.Lane;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

/** One follower that is being sent a partition's records. Confined to the shard. */
final class FollowerPush {
  // A message's worth: large enough to be cheap, small enough not to hold up other partitions.
  private static final int BYTES_MAX = 256 << 10;

  final long session;
  final Lane lane;
  private final int follower;
  private final ReplicaLeader leader;
  private final Executor readers;
  private long next;
  private boolean begun;
  private boolean reading;
  private boolean closed;

  FollowerPush(
      ReplicaLeader leader, Executor readers, int follower, Lane lane, long session, long start) {
    this.leader = leader;
    this.readers = readers;
    this.follower = follower;
    this.lane = lane;
    this.session = session;
    this.next = start;
  }

  /** The follower's log is cut, and holds what the leader has up to {@code offset} at least. */
  void acknowledged(long offset) {
    begun = true;
    next = Math.max(next, offset);
    pump();
  }

  boolean isBegun() {
    return begun;
  }

  void close() {
    closed = true;
  }

  /** Sends what there is, as long as the stream takes it. */
  void pump() {
    while (begun && !closed && !reading && leader.isReady(follower, lane)) {
      LogView view = leader.view();
      if (next >= view.logEndOffset()) {
        return;
      }
      if (next < view.logStartOffset()) {
        leader.sendProgress(follower, this); // it acknowledges the log start, and we go on there
        return;
      }
      switch (view.tryRead(next, BYTES_MAX, true, Isolation.LOG_END)) {
        case ReadResult.Records records -> {
          try {
            send(bytes(records.slice()));
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

  private void readElsewhere(LogView view) {
    reading = true;
    long from = next;
    readers.execute(
        () -> {
          try {
            ByteBuffer bytes =
                view.read(from, BYTES_MAX, true, Isolation.LOG_END)
                        instanceof ReadResult.Records records
                    ? bytes(records.slice())
                    : null;
            leader.onShard(() -> onRead(bytes));
          } catch (IOException e) {
            leader.onShard(() -> leader.failed(e));
          }
        });
  }

  private void onRead(ByteBuffer bytes) {
    reading = false;
    if (closed) {
      return;
    }
    if (bytes != null) {
      send(bytes);
    }
    pump();
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
    try {
      ByteBuffer bytes = ByteBuffer.allocate(slice.length());
      while (bytes.hasRemaining()) {
        if (slice.file().read(bytes, slice.position() + bytes.position()) < 0) {
          throw new EOFException("a log file is shorter than its log");
        }
      }
      return bytes.flip();
    } finally {
      slice.release();
    }
  }
}
