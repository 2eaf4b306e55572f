package io.myelin.broker.net;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory of all frames together. First come, first served: nobody overtakes a waiting
 * frame, however small, so that a large one gets its turn. Thread-safe.
 *
 * <p>A frame's whole size is reserved before the first byte of its body is read. Frames that grew
 * as they are read could all be half there, each waiting for the memory that the others hold.
 */
final class MemoryBudget {
  private final long capacityBytes;
  private final AtomicLong freeBytes;

  /** Written under the lock; read without it to take the fast path. */
  private volatile int waiting;

  private final ArrayDeque<Reservation> queue = new ArrayDeque<>();

  MemoryBudget(long capacityBytes) {
    this.capacityBytes = capacityBytes;
    this.freeBytes = new AtomicLong(capacityBytes);
  }

  long freeBytes() {
    return freeBytes.get();
  }

  int waiting() {
    return waiting;
  }

  /**
   * Reserves at once, or queues.
   *
   * @param loop where {@code granted} will run if the reservation had to wait
   */
  Reservation reserve(long bytes, Executor loop, Runnable granted) {
    // More than there is would wait for ever: the largest frame is granted when nothing else is.
    Reservation reservation = new Reservation(Math.min(bytes, capacityBytes), loop, granted);
    if (waiting == 0 && take(reservation.bytes)) {
      reservation.granted = true;
      return reservation;
    }
    synchronized (queue) {
      queue.add(reservation);
      waiting = queue.size();
    }
    // What was given back before we stood in the queue has woken nobody.
    grantWaiting(reservation);
    return reservation;
  }

  private boolean take(long bytes) {
    long free = freeBytes.get();
    while (free >= bytes) {
      if (freeBytes.compareAndSet(free, free - bytes)) {
        return true;
      }
      free = freeBytes.get();
    }
    return false;
  }

  private void giveBack(long bytes) {
    freeBytes.addAndGet(bytes);
    if (waiting > 0) {
      grantWaiting(null);
    }
  }

  /**
   * @param silently whose caller sees the grant anyway
   */
  private void grantWaiting(Reservation silently) {
    // Held for a few instructions at a time, never across I/O: event loops may wait here.
    while (true) {
      Reservation first;
      synchronized (queue) {
        first = queue.peek();
        if (first == null || !take(first.bytes)) {
          return;
        }
        queue.poll();
        waiting = queue.size();
        first.granted = true;
      }
      if (first != silently) {
        first.loop.execute(first.onGrant);
      }
    }
  }

  /** A claim to bytes of the budget; {@link #release} ends it, granted or not. */
  final class Reservation {
    private final long bytes;
    private final Executor loop;
    private final Runnable onGrant;
    private volatile boolean granted;

    /** Written by the owner only. */
    private boolean released;

    private Reservation(long bytes, Executor loop, Runnable onGrant) {
      this.bytes = bytes;
      this.loop = loop;
      this.onGrant = onGrant;
    }

    boolean granted() {
      return granted;
    }

    /** Idempotent; by one thread at a time. */
    void release() {
      if (released) {
        return;
      }
      released = true;
      boolean had;
      synchronized (queue) {
        had = granted;
        if (!had) {
          queue.remove(this);
          waiting = queue.size();
        }
      }
      if (had) {
        giveBack(bytes);
      } else {
        // The one behind may be smaller.
        grantWaiting(null);
      }
    }
  }
}
