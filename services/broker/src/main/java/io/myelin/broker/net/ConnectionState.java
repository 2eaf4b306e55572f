package io.myelin.broker.net;

/**
 * Where a connection is in its life.
 *
 * <pre>
 *            +-- limits exceeded --------------------------------------+
 *            |                                                         v
 *  accepted -+--> Serving --- server closes, or something that ---> Draining
 *                    |        is not a request has arrived             |
 *                    |                                    all answers have left,
 *                    +-- client closes, idle, timeout --+ or the time is up
 *                                                       |              |
 *                                                       v              v
 *                                                     Closed <---------+
 * </pre>
 *
 * While {@link Serving}, frames are taken from the reader as long as no backpressure rule of {@link
 * io.myelin.broker.net the package} says no; reading and dispatching are not states of their own
 * because both go on at once.
 */
sealed interface ConnectionState {

  /** Reads, dispatches and answers. */
  record Serving() implements ConnectionState {}

  /** Takes no further requests; those under way are answered, then it closes. */
  record Draining() implements ConnectionState {}

  /** Nothing is sent any more; results of handlers that come in are dropped. */
  record Closed() implements ConnectionState {}
}
