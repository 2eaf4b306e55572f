package io.myelin.rpc;

/**
 * Bounds and times of a transport; both sides of a connection have the same ones.
 *
 * @param messageBytesMax a client's message that is larger ends its call. The bound of what one
 *     message can make a server allocate, whoever dials it
 * @param answerBytesMax the same of a server's messages: what a client allocates for those that it
 *     has dialled
 * @param windowBytes what a peer may have sent on one stream, and on all of a connection, before
 *     its receiver has asked for it. The bandwidth of a stream is at most this per round trip
 * @param readyBytes a stream is ready while fewer bytes wait in the transport: enough to keep the
 *     connection busy until the sender has been told that it is ready again
 * @param streamsMax open calls per connection; more are refused with {@link Ending.Kind#OVERLOADED}
 * @param dialMs a dial without an answer for so long finds the server unreachable
 * @param keepAliveMs something is sent at least this often
 * @param silenceMs a connection on which nothing came for so long is lost
 * @param closeMs a server that stops waits so long for its last words to be read
 */
public record RpcSettings(
    int messageBytesMax,
    int answerBytesMax,
    int windowBytes,
    int readyBytes,
    int streamsMax,
    long dialMs,
    long keepAliveMs,
    long silenceMs,
    long closeMs) {

  /** Between brokers and controllers: 8 MiB hold a request of thousands of topics. */
  public static final RpcSettings DEFAULT =
      // 1.5 s of silence: within the session timeout of 2 s, and three missed signs of life.
      new RpcSettings(8 << 20, 8 << 20, 1 << 20, 256 << 10, 1_000, 1_000, 500, 1_500, 1_000);

  /**
   * Of brokers, whose followers are their clients: 1 GiB, as much as a segment holds by default.
   * What stands in a leader's log has to reach its followers, however large the batches are that
   * its topic allows.
   */
  public static final RpcSettings BROKER = DEFAULT.withAnswerBytesMax(1 << 30);

  /** How large a message of one side of a call may be. */
  public int sentBytesMax(boolean byClient) {
    return byClient ? messageBytesMax : answerBytesMax;
  }

  public RpcSettings withMessageBytesMax(int bytes) {
    return with(bytes, answerBytesMax, windowBytes);
  }

  public RpcSettings withAnswerBytesMax(int bytes) {
    return with(messageBytesMax, bytes, windowBytes);
  }

  public RpcSettings withWindowBytes(int bytes) {
    return with(messageBytesMax, answerBytesMax, bytes);
  }

  private RpcSettings with(int messageBytes, int answerBytes, int window) {
    return new RpcSettings(
        messageBytes,
        answerBytes,
        window,
        readyBytes,
        streamsMax,
        dialMs,
        keepAliveMs,
        silenceMs,
        closeMs);
  }
}
