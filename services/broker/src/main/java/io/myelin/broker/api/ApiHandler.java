package io.myelin.broker.api;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * Serves one API of the Kafka protocol: its versions, its limits and the whole story of a request,
 * read top-down.
 *
 * <p>Called on the connection's event loop, in the order in which the requests of a connection
 * arrived; never blocks. An exception (thrown, or in the stage) becomes the error response that the
 * protocol has for it, {@link CloseConnection} excepted.
 *
 * @param <Q> generated request, decoded
 * @param <A> generated response; {@code null} sends nothing (acks=0)
 */
public interface ApiHandler<Q extends ApiMessage, A extends ApiMessage> {

  ApiKeys key();

  /** Oldest version served. */
  default short oldestVersion() {
    return key().oldestVersion();
  }

  /** Newest version served; what ApiVersions tells clients is derived from these two. */
  default short newestVersion() {
    return key().latestVersion();
  }

  /** Whether the connection's next request may be dispatched before this one is answered. */
  default Ordering ordering() {
    return Ordering.EXCLUSIVE;
  }

  /**
   * Whether the decoded request refers to the bytes of its frame until it is answered. Otherwise
   * the frame is released as soon as it is decoded.
   */
  default boolean keepsFrame() {
    return false;
  }

  CompletionStage<A> handle(RequestContext context, Q request);

  /** When the next request of the same connection may follow. */
  enum Ordering {
    /**
     * When {@link #handle} has returned: by then the request stands in the queue that decides its
     * order (shard, coordinator).
     */
    PIPELINED,
    /** When this one is answered. */
    EXCLUSIVE
  }
}
