/**
 * Kafka connections: from bytes to dispatched requests, and from answers to bytes. The only package
 * that knows Netty's transports. Read {@link io.myelin.broker.net.Connection} first.
 *
 * <h2>Who does what</h2>
 *
 * <ul>
 *   <li>{@code KafkaServer} binds listeners and stops in order; {@code Connections} is what all
 *       connections share, on any kind of channel.
 *   <li>{@code FrameReader} cuts bytes into {@code Frame}s; {@code FrameReceiver} makes the
 *       transport read into its buffers.
 *   <li>{@code Connection} dispatches; {@code AnswerQueue} keeps the order of the answers; {@code
 *       ResponseWriter} writes them, records as file regions.
 *   <li>{@code MemoryBudget} and {@code Watchdog} bound memory and time.
 * </ul>
 *
 * <h2>What holds a client back</h2>
 *
 * A frame is dispatched when all of this is so; otherwise it, and everything behind it, waits:
 *
 * <ol>
 *   <li>Its whole size is reserved in the memory of all requests. Who waits is served first come
 *       first served; after {@code requestMemoryWaitMsMax} the connection is closed.
 *   <li>It has arrived completely, and not too slowly: a frame that stands still is memory that
 *       others wait for. While somebody does wait for it, a tenth of {@code requestMemoryWaitMsMax}
 *       without 256 KiB per second is too slow.
 *   <li>No EXCLUSIVE request of the connection is with its handler.
 *   <li>Fewer than {@code connectionRequestsMax} requests are between dispatch and the last byte of
 *       their answer. Answers count until the socket has taken them: a consumer that stops reading
 *       stops being served.
 *   <li>The frames that its handlers keep are fewer bytes than {@code connectionBytesMax}.
 *   <li>The channel is writable: less than 64 KiB of heads of answers wait in it. (File regions
 *       weigh nothing: their bytes stay in the page cache, and rule 4 counts them.)
 * </ol>
 *
 * While a connection waits its socket is not read, beyond one chunk of at most 16 KiB; so the
 * client feels it as a full socket. Reading goes on only within a frame that has its memory.
 * Reading is switched off when bytes arrive that cannot be used, not before: a client that sends
 * one request at a time costs no system call for it.
 *
 * <h2>Who owns what</h2>
 *
 * <ul>
 *   <li>A {@code Frame} owns its buffer and its reservation. It is released after decoding, or for
 *       a handler with {@code keepsFrame()} when the handler's stage completes, also after the
 *       client has gone: the handler may still be reading from it.
 *   <li>An answer's file slices belong to the connection from the moment the stage completes. They
 *       are released when their bytes have left, when the channel fails, or when the answer is
 *       dropped.
 * </ul>
 *
 * <h2>How connections end</h2>
 *
 * What is not a request, or not one that is served, ends the connection with a log line (rate
 * limited per reason) after the answers to what came before it have left. So does a handler's
 * {@link io.myelin.broker.api.CloseConnection}, and the failure of a request that wants no answer.
 *
 * <p>A client that closes its side is served with what it has sent before: a producer with acks=0
 * or a consumer that leaves its group does not wait. Then the connection is closed, and answers
 * that are not there yet are dropped.
 */
package io.myelin.broker.net;
