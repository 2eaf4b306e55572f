package io.myelin.broker.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Cuts the bytes of one connection into frames, copying as little as possible. Confined to the
 * event loop.
 *
 * <p>The socket is read into one of two kinds of buffer:
 *
 * <ul>
 *   <li>Between frames, into a <em>chunk</em> of 512 bytes to 16 KiB. A frame that lies in it
 *       completely is cut out of it: many small requests cost one read.
 *   <li>Within a frame, into a buffer of the frame's own size, so that its bytes are copied once,
 *       by the kernel. The buffer has four bytes more: the length of the next frame comes with the
 *       same read, and a stream of large frames needs one system call for each.
 * </ul>
 *
 * <p>A frame starts when its memory is reserved; until then its body stays in the socket. A
 * connection between frames holds no buffer at all.
 */
final class FrameReader {
  /** After a large frame another is likely: read little but its length. */
  private static final int CHUNK_BYTES_MIN = 512;

  /** Frames longer than this are worth a read of their own. */
  private static final int CHUNK_BYTES_MAX = 16 * 1024;

  /** A frame that is smaller than this part of a chunk must not keep the whole chunk alive. */
  private static final int SLICED_PART_MIN = 4;

  private final ByteBufAllocator allocator;
  private final MemoryBudget budget;
  private final int frameBytesMax;
  private final Executor loop;
  private final Runnable onMemory;

  private State state = new Between();

  /** Received and not yet looked at; null if there is nothing. */
  private ByteBuf chunk;

  /** What has come after the chunk; only if bytes were received that are not wanted. */
  private final ArrayDeque<ByteBuf> later = new ArrayDeque<>(0);

  private long laterBytes;

  private int chunkBytes = CHUNK_BYTES_MIN;

  /** Bytes of the next frame's length that are known, and their value. */
  private int lengthDigits;

  private int length;
  private long framesStarted;

  /** Where in a frame the connection stands. */
  private sealed interface State {}

  private record Between() implements State {}

  /** The length is known, there is no memory yet. */
  private record Waiting(MemoryBudget.Reservation reservation) implements State {}

  private record Filling(ByteBuf target, int length, MemoryBudget.Reservation reservation)
      implements State {
    boolean complete() {
      return target.writerIndex() >= length;
    }
  }

  /**
   * @param onMemory runs on {@code loop} when the frame that had to wait for memory has it
   */
  FrameReader(
      ByteBufAllocator allocator,
      MemoryBudget budget,
      int frameBytesMax,
      Executor loop,
      Runnable onMemory) {
    this.allocator = allocator;
    this.budget = budget;
    this.frameBytesMax = frameBytesMax;
    this.loop = loop;
    this.onMemory = onMemory;
  }

  /** Where the next bytes of the socket go; the caller owns one reference. */
  ByteBuf bufferForRead() {
    return state instanceof Filling filling && !filling.complete()
        ? filling.target.retain()
        : allocator.directBuffer(chunkBytes, chunkBytes);
  }

  /**
   * Takes over {@code bytes}, which may be any buffer, the one of {@link #bufferForRead} or not.
   */
  void received(ByteBuf bytes) {
    if (state instanceof Filling filling && bytes == filling.target) {
      bytes.release();
      return;
    }
    adaptChunk(bytes);
    if (chunk == null) {
      chunk = bytes;
    } else {
      later.add(bytes);
      laterBytes += bytes.readableBytes();
    }
    // The next read goes into the frame's buffer: nothing may be left before it.
    if (state instanceof Filling filling) {
      copyFromChunk(filling);
    }
  }

  private void adaptChunk(ByteBuf received) {
    int got = received.readableBytes();
    if (got >= chunkBytes) {
      chunkBytes = Math.min(CHUNK_BYTES_MAX, chunkBytes * 4);
    } else if (got * 4 < chunkBytes) {
      chunkBytes = Math.max(CHUNK_BYTES_MIN, chunkBytes / 2);
    }
  }

  /**
   * The next complete frame, which the caller owns, or null: more bytes, or memory, have to come
   * first.
   */
  Frame next() throws FrameRejected {
    while (true) {
      // No switch over the types: without C2 that is a call through a method handle, at every read.
      if (state instanceof Filling filling) {
        copyFromChunk(filling);
        return filling.complete() ? finish(filling) : null;
      }
      if (state instanceof Waiting waiting) {
        if (!waiting.reservation.granted()) {
          return null;
        }
        Frame whole = start(waiting.reservation);
        if (whole != null) {
          return whole;
        }
      } else if (!begin()) {
        return null;
      }
    }
  }

  /** False: the length has not come yet. */
  private boolean begin() throws FrameRejected {
    if (!readLength()) {
      return false;
    }
    if (length < 0 || length > frameBytesMax) {
      throw new FrameRejected(
          "a frame of " + length + " bytes (allowed are 0 to " + frameBytesMax + ")");
    }
    framesStarted++;
    state = new Waiting(budget.reserve(length, loop, onMemory));
    return true;
  }

  private boolean readLength() {
    while (lengthDigits < Integer.BYTES && chunk != null) {
      if (chunk.isReadable()) {
        addLengthDigit(chunk.readByte());
      } else {
        dropChunk();
      }
    }
    return lengthDigits == Integer.BYTES;
  }

  private void addLengthDigit(byte digit) {
    length = (length << 8) | (digit & 0xFF);
    lengthDigits++;
  }

  /** Cuts the frame out of the chunk if it is all there, otherwise makes a buffer for it. */
  private Frame start(MemoryBudget.Reservation reservation) {
    lengthDigits = 0;
    int inChunk = chunk == null ? 0 : chunk.readableBytes();
    if (inChunk >= length) {
      Frame frame = new Frame(cutFromChunk(), reservation);
      state = new Between();
      return frame;
    }
    ByteBuf target = allocator.directBuffer(length + Integer.BYTES, length + Integer.BYTES);
    state = new Filling(target, length, reservation);
    if (length > CHUNK_BYTES_MAX / 2) {
      chunkBytes = CHUNK_BYTES_MIN;
    }
    return null;
  }

  private ByteBuf cutFromChunk() {
    ByteBuf frame;
    if (length == 0) {
      frame = Unpooled.EMPTY_BUFFER;
    } else if ((long) length * SLICED_PART_MIN >= chunk.capacity()) {
      frame = chunk.readRetainedSlice(length);
    } else {
      frame = allocator.directBuffer(length).writeBytes(chunk, length);
    }
    if (chunk != null && !chunk.isReadable()) {
      dropChunk();
    }
    return frame;
  }

  private void copyFromChunk(Filling filling) {
    while (chunk != null && !filling.complete()) {
      int missing = filling.length - filling.target.writerIndex();
      filling.target.writeBytes(chunk, Math.min(missing, chunk.readableBytes()));
      if (!chunk.isReadable()) {
        dropChunk();
      }
    }
  }

  private Frame finish(Filling filling) {
    ByteBuf target = filling.target;
    for (int i = filling.length; i < target.writerIndex(); i++) {
      addLengthDigit(target.getByte(i));
    }
    target.writerIndex(filling.length);
    state = new Between();
    return new Frame(target, filling.reservation);
  }

  private void dropChunk() {
    chunk.release();
    chunk = later.poll();
    if (chunk != null) {
      laterBytes -= chunk.readableBytes();
    }
  }

  /** Bytes received although they were not wanted, beyond one chunk. */
  long unwantedBytes() {
    return laterBytes;
  }

  /** Whether bytes from the socket are of use now; otherwise they had better stay there. */
  boolean wantsBytes() {
    if (state instanceof Filling filling) {
      return !filling.complete();
    }
    return state instanceof Between && chunk == null;
  }

  boolean waitsForMemory() {
    return state instanceof Waiting waiting && !waiting.reservation.granted();
  }

  /** Whether a frame has begun to arrive and is not complete. */
  boolean withinFrame() {
    return state instanceof Filling filling ? !filling.complete() : lengthDigits > 0;
  }

  /** How much of a frame is there that has its memory and is not complete; otherwise -1. */
  int filledBytes() {
    return state instanceof Filling filling && !filling.complete()
        ? filling.target.writerIndex()
        : -1;
  }

  /** Whether other connections wait for memory while this one has some for a frame. */
  boolean keepsOthersWaiting() {
    return state instanceof Filling && budget.waiting() > 0;
  }

  /** Length of the frame that has begun, if its length is known. */
  int frameLength() {
    return state instanceof Filling filling ? filling.length : length;
  }

  /** Tells one frame from the next: how many have begun. */
  long framesStarted() {
    return framesStarted;
  }

  /** Gives back memory and buffers. The reader is of no use afterwards. */
  void close() {
    while (chunk != null) {
      dropChunk();
    }
    switch (state) {
      case Between between -> {}
      case Waiting waiting -> waiting.reservation.release();
      case Filling filling -> {
        filling.target.release();
        filling.reservation.release();
      }
    }
    state = new Between();
    lengthDigits = 0;
  }
}
