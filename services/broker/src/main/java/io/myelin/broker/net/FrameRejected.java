package io.myelin.broker.net;

/**
 * What is on the wire cannot be a frame; nothing that follows on this connection can be trusted.
 */
final class FrameRejected extends Exception {
  FrameRejected(String message) {
    super(message);
  }
}
