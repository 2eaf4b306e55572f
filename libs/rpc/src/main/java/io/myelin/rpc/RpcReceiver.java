package io.myelin.rpc;

/**
 * What happens to a call, told to one of its sides.
 *
 * <p>Guarantee: the calls come one at a time, in order, on the executor that was named for it:
 * {@link #opened} first, at most once; {@link #ended} last, exactly once, and alone if no
 * connection came about. An executor that runs its tasks on the caller's thread is allowed where
 * they are short: they then run on the transport's own thread.
 *
 * <p>An exception that one of them throws ends the call with {@link Ending.Kind#FAILED} on both
 * sides, and goes to the thread's uncaught exception handler.
 *
 * @param <In> what the peer sends
 * @param <Out> what this side sends
 */
public interface RpcReceiver<In, Out> {

  /** There is a connection, and the stream takes messages. Nothing is requested yet. */
  void opened(RpcStream<Out> stream);

  /** One of the requested messages. If it holds buffers, they are the receiver's to release. */
  void received(In message);

  /** The stream is ready again; may also come without need. */
  default void ready() {}

  /** A server's: the client sends nothing more. */
  default void finished() {}

  void ended(Ending ending);
}
