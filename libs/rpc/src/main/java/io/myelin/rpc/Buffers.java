package io.myelin.rpc;

import java.nio.ByteBuffer;

/** Where received bytes are put. Thread-safe. */
public interface Buffers {

  /** A buffer with exactly so many bytes between position 0 and limit. */
  Lease allocate(int bytes);

  /** A buffer with an owner. */
  interface Lease {
    ByteBuffer buffer();

    /** Called once; nobody touches the buffer afterwards. Any thread. */
    void release();
  }

  /** On the heap: released by forgetting. For tests and the simulator. */
  static Buffers onHeap() {
    return bytes -> {
      ByteBuffer buffer = ByteBuffer.allocate(bytes);
      return new Lease() {
        @Override
        public ByteBuffer buffer() {
          return buffer;
        }

        @Override
        public void release() {}
      };
    };
  }
}
