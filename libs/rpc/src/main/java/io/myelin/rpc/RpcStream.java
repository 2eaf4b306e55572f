package io.myelin.rpc;

/**
 * This side's end of an open call: what it sends, and what it is ready to receive. Thread-safe; no
 * call blocks.
 *
 * <p>Flow control is explicit. To the peer: as long as {@link #isReady} a message goes out without
 * waiting for the peer; beyond that {@link #PENDING_BYTES_MAX} may wait. From the peer: nothing is
 * delivered that was not {@link #request}ed, and a peer whose messages are not requested stops
 * being ready after about {@link RpcSettings#windowBytes}.
 */
public interface RpcStream<Out> {
  /** 1 MiB: a peer that does not read must not fill our heap. */
  int PENDING_BYTES_MAX = 1 << 20;

  /**
   * Takes the message, or returns false if the call is not open, or has ended, or {@link
   * #PENDING_BYTES_MAX} wait already. A single message may be larger than what is free: it is taken
   * if less than the maximum waits. One that is larger than {@link RpcSettings#sentBytesMax} ends
   * the call with {@link Ending.Kind#TOO_LARGE}.
   *
   * <p>The message is copied: buffers that it refers to may be used again when this returns.
   */
  boolean send(Out message);

  /** Whether a message would go out without waiting. {@link RpcReceiver#ready} tells the change. */
  boolean isReady();

  /** Bytes that wait for the peer, beyond those that the transport has taken as its own. */
  long pendingBytes();

  /** So many more messages may be delivered. */
  void request(int messages);

  /**
   * Nothing more will be sent; what was sent arrives. A client's peer learns it by {@link
   * RpcReceiver#finished}; a server completes the call.
   */
  void finish();

  /** Ends the call with {@link Ending.Kind#CANCELLED} on both sides. Idempotent. */
  void cancel(String reason);

  /** Ends the call with {@link Ending.Kind#FAILED} on both sides. Idempotent. */
  void fail(Throwable cause);
}
