package io.myelin.broker.net;

import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Is told what happens on the connections. Called on event loops: must be quick, must not throw.
 */
public interface RequestObserver {
  RequestObserver NONE = new RequestObserver() {};

  default void connectionOpened(String listener) {}

  default void connectionClosed(String listener) {}

  /**
   * @param frameBytes without the four bytes of length
   */
  default void requestReceived(ApiKeys key, short version, int frameBytes) {}

  /**
   * A response has been handed to the socket, or a request that wants none is done.
   *
   * @param responseBytes 0 if there is no response
   * @param dispatchNs from decoding until the handler returned
   * @param answerNs from decoding until the handler's answer was there
   * @param totalNs from decoding until the response was written: includes waiting for its turn
   */
  default void requestDone(
      ApiKeys key, long responseBytes, long dispatchNs, long answerNs, long totalNs) {}
}
