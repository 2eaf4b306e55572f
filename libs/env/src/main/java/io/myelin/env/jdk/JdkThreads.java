package io.myelin.env.jdk;

import io.myelin.env.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Platform daemon threads, one per serial executor and up to {@code size} per pool, each started
 * when it is first needed. Nobody can interrupt them, so that no file is closed by an interrupt.
 */
public final class JdkThreads implements Threads {
  private static final long CLOSE_MS_MAX = TimeUnit.SECONDS.toMillis(10);

  private final List<Mailbox> mailboxes = new ArrayList<>();
  private final List<Pool> pools = new ArrayList<>();
  private boolean closed;

  @Override
  public synchronized Executor serial(String name) {
    requireOpen(name);
    Mailbox mailbox = new Mailbox(name);
    mailboxes.add(mailbox);
    return mailbox;
  }

  @Override
  public synchronized Executor pool(String name, int size) {
    requireOpen(name);
    Pool pool = new Pool(name, size);
    pools.add(pool);
    return pool;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    // Both lists are final from here on.
    mailboxes.forEach(Mailbox::close);
    pools.forEach(Pool::close);
    try {
      awaitEnd();
    } catch (InterruptedException e) {
      // The threads end by themselves; whoever closes just does not wait for it.
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEnd() throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MS_MAX);
    for (Mailbox mailbox : mailboxes) {
      if (!mailbox.awaitEnd(leftMs(deadlineNs))) {
        return;
      }
    }
    for (Pool pool : pools) {
      if (!pool.awaitEnd(leftMs(deadlineNs))) {
        return;
      }
    }
  }

  private static long leftMs(long deadlineNs) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime()));
  }

  private void requireOpen(String name) {
    if (closed) {
      throw new RejectedExecutionException("No executor " + name + ": the threads are closed");
    }
  }
}
