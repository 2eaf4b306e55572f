package io.myelin.broker.replica;

import io.myelin.rpc.RpcStream;

/**
 * How much of a stream may wait for the shards: the next message is asked for while those that wait
 * are few and small. So one that is larger than usual is alone with what was there before it, and a
 * peer makes this broker hold one of them at a time. Thread-safe.
 */
final class ReadAhead {
  /**
   * 4 messages of a push keep a connection busy while one is written; a small one counts as one.
   */
  private static final long BYTES_MAX = 4L * FollowerPush.BYTES_MAX;

  private final RpcStream<?> stream;
  private long waitingBytes;

  /** A message is asked for, and has not come. */
  private boolean asked;

  ReadAhead(RpcStream<?> stream) {
    this.stream = stream;
  }

  void begin() {
    askForMore();
  }

  /** A message has come; returns what is to be run, once, when it has been handled. */
  Runnable came(long bytes) {
    long counted = Math.max(bytes, FollowerPush.BYTES_MAX);
    synchronized (this) {
      asked = false;
      waitingBytes += counted;
    }
    askForMore();
    return () -> handled(counted);
  }

  private void handled(long counted) {
    synchronized (this) {
      waitingBytes -= counted;
    }
    askForMore();
  }

  private void askForMore() {
    synchronized (this) {
      if (asked || waitingBytes >= BYTES_MAX) {
        return;
      }
      asked = true;
    }
    stream.request(1);
  }
}
