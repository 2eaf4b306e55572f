package io.myelin.broker.net;

import io.netty.buffer.ByteBuf;

/** A complete request and the memory that is reserved for it. Confined to the event loop. */
final class Frame {
  private final ByteBuf bytes;
  private final int length;
  private final MemoryBudget.Reservation reservation;
  private boolean released;

  Frame(ByteBuf bytes, MemoryBudget.Reservation reservation) {
    this.bytes = bytes;
    this.length = bytes.readableBytes();
    this.reservation = reservation;
  }

  /** Valid until {@link #release}. */
  ByteBuf bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Idempotent. */
  void release() {
    if (!released) {
      released = true;
      bytes.release();
      reservation.release();
    }
  }
}
