package io.myelin.broker.partition;

import java.util.ArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * A mailbox drained by one thread at a time: the owner of some partitions of one log directory.
 *
 * <p>Guarantee: messages run in the order in which they were given, never two at once, each seeing
 * what the former ones wrote; one that throws is reported and does not hinder the others. When the
 * mailbox has been drained, every partition that was {@linkplain #markDirty marked} appends all
 * that was queued for it in one write: the more there is to do, the larger the groups.
 *
 * <p>Threads: {@link #execute} from anywhere; {@link #markDirty} only from a message of this shard.
 */
public final class Shard implements Executor {
  private static final Logger log = Logger.getLogger(Shard.class);

  // Messages between two group commits: bounds how long the first of them waits for its write.
  private static final int DRAIN_MAX = 256;

  private final Executor thread;
  private final Runnable drain = this::drain;
  private final MpscUnboundedArrayQueue<Runnable> mailbox = new MpscUnboundedArrayQueue<>(256);
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private ArrayList<ReplicaWriter> dirty = new ArrayList<>();
  private ArrayList<ReplicaWriter> appending = new ArrayList<>();

  public Shard(Executor thread) {
    this.thread = thread;
  }

  @Override
  public void execute(Runnable message) {
    mailbox.add(message);
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      thread.execute(drain);
    }
  }

  /** {@code writer} has something to append at the end of this drain. */
  void markDirty(ReplicaWriter writer) {
    dirty.add(writer);
  }

  /** About how many messages wait. Any thread. */
  int mailboxed() {
    return mailbox.size();
  }

  private void drain() {
    try {
      do {
        runMessages();
        appendDirty();
      } while (!mailbox.isEmpty());
    } finally {
      scheduled.set(false);
      // A message that came between the last look and the reset has not scheduled a drain.
      if (!mailbox.isEmpty() && scheduled.compareAndSet(false, true)) {
        thread.execute(drain);
      }
    }
  }

  private void runMessages() {
    for (int i = 0; i < DRAIN_MAX; i++) {
      Runnable message = mailbox.poll();
      if (message == null) {
        return;
      }
      try {
        message.run();
      } catch (Throwable e) {
        // Other partitions' messages, and what has been marked dirty, must not wait for it.
        log.error("A message to a shard failed", e);
      }
    }
  }

  private void appendDirty() {
    if (dirty.isEmpty()) {
      return;
    }
    ArrayList<ReplicaWriter> batch = dirty;
    dirty = appending;
    appending = batch;
    for (ReplicaWriter writer : batch) {
      writer.appendQueued();
    }
    batch.clear();
  }
}
