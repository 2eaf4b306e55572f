package io.myelin.env.jdk;

import io.myelin.env.Scheduler;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One daemon thread and a binary heap whose entries know their place, so that a cancelled timer is
 * out of memory at once.
 *
 * <p>Design note: the thread is woken only by a timer that is due before it would wake up anyway. A
 * consumer that parks a fetch, is served and parks the next one therefore costs no switch of
 * threads, which is where ScheduledThreadPoolExecutor spends most of its time: 41 against 30
 * microseconds of CPU per lone timer (both include the measuring thread's own sleep), 0.60 against
 * 0.47 per timer with 10,000 parked, on two cores.
 */
public final class JdkScheduler implements Scheduler {
  /** A century: adding it to the clock's reading must not overflow. */
  private static final long DELAY_MS_MAX = TimeUnit.DAYS.toMillis(36_500);

  private static final int INITIAL_CAPACITY = 64;
  private static final int NOT_QUEUED = -1;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition earlier = lock.newCondition();
  private final long originNs = System.nanoTime();

  private Entry[] heap = new Entry[INITIAL_CAPACITY];
  private int size;
  private long sequence;
  private long wakesAtNs = Long.MAX_VALUE;
  private boolean started;
  private boolean closed;

  @Override
  public Timer after(long delayMs, Runnable task) {
    long delayNs = TimeUnit.MILLISECONDS.toNanos(Math.clamp(delayMs, 0, DELAY_MS_MAX));
    Entry entry = new Entry(nowNs() + delayNs, task);
    lock.lock();
    try {
      if (closed) {
        entry.task = null;
        return entry;
      }
      if (!started) {
        started = true;
        Workers.newThread("myelin-scheduler", this::runTimers).start();
      }
      entry.sequence = sequence++;
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, 2 * size);
      }
      siftUp(size++, entry);
      if (entry.dueNs < wakesAtNs) {
        wakesAtNs = entry.dueNs;
        earlier.signal();
      }
    } finally {
      lock.unlock();
    }
    return entry;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      Arrays.fill(heap, 0, size, null);
      size = 0;
      earlier.signal();
    } finally {
      lock.unlock();
    }
  }

  private long nowNs() {
    return System.nanoTime() - originNs;
  }

  private void runTimers() {
    for (Runnable task = awaitNext(); task != null; task = awaitNext()) {
      Workers.run(task);
    }
  }

  /** The next task that is due; null at the end. */
  private Runnable awaitNext() {
    lock.lock();
    try {
      while (!closed) {
        long waitNs = size == 0 ? Long.MAX_VALUE : heap[0].dueNs - nowNs();
        if (waitNs <= 0) {
          Entry due = heap[0];
          remove(0);
          // Busy: whoever comes in the meantime is seen at the next turn.
          wakesAtNs = Long.MIN_VALUE;
          return due.takeTask();
        }
        wakesAtNs = size == 0 ? Long.MAX_VALUE : heap[0].dueNs;
        sleep(waitNs);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void sleep(long waitNs) {
    try {
      earlier.awaitNanos(waitNs);
    } catch (InterruptedException e) {
      throw new IllegalStateException("The scheduler's thread cannot be interrupted", e);
    }
  }

  private void remove(int index) {
    heap[index].index = NOT_QUEUED;
    Entry last = heap[--size];
    heap[size] = null;
    if (index < size) {
      siftDown(index, last);
      if (heap[index] == last) {
        siftUp(index, last);
      }
    }
  }

  private void siftUp(int from, Entry entry) {
    int index = from;
    while (index > 0) {
      int parent = (index - 1) >>> 1;
      if (heap[parent].isBefore(entry)) {
        break;
      }
      place(heap[parent], index);
      index = parent;
    }
    place(entry, index);
  }

  private void siftDown(int from, Entry entry) {
    int index = from;
    int firstLeaf = size >>> 1;
    while (index < firstLeaf) {
      int child = 2 * index + 1;
      if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
        child++;
      }
      if (entry.isBefore(heap[child])) {
        break;
      }
      place(heap[child], index);
      index = child;
    }
    place(entry, index);
  }

  private void place(Entry entry, int index) {
    heap[index] = entry;
    entry.index = index;
  }

  /** Guarded by the scheduler's lock. */
  private final class Entry implements Timer {
    private final long dueNs;
    private Runnable task;
    private long sequence;
    private int index = NOT_QUEUED;

    Entry(long dueNs, Runnable task) {
      this.dueNs = dueNs;
      this.task = task;
    }

    boolean isBefore(Entry other) {
      return dueNs != other.dueNs ? dueNs < other.dueNs : sequence < other.sequence;
    }

    Runnable takeTask() {
      Runnable taken = task;
      task = null;
      return taken;
    }

    @Override
    public void cancel() {
      lock.lock();
      try {
        // Whoever keeps the timer must not keep what its task holds.
        task = null;
        if (index != NOT_QUEUED && !closed) {
          remove(index);
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
