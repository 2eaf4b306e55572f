package io.myelin.broker.net;

import io.myelin.broker.api.FileSlices;
import io.myelin.protocol.DecodedRequest;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/** One request and what becomes of it. Confined to the event loop. */
final class Exchange {
  /** Null for the place in the queue of what was not a request. */
  final DecodedRequest request;

  /** Whether nothing may be dispatched until this is answered. */
  final boolean exclusive;

  /** Kept for a handler that refers to it, otherwise null. */
  private final Frame frame;

  final long startNs;
  long dispatchNs;
  long answerNs;

  /** Null until it is known. */
  private Outcome outcome;

  /** What happens when it is this request's turn. */
  sealed interface Outcome {}

  record Answer(ApiMessage response) implements Outcome {}

  /** The client does not wait for anything (acks=0). */
  record NoAnswer() implements Outcome {}

  /** The connection ends here; what comes before is still answered. */
  record Hangup() implements Outcome {}

  Exchange(DecodedRequest request, boolean exclusive, Frame frame, long startNs) {
    this.request = request;
    this.exclusive = exclusive;
    this.frame = frame;
    this.startNs = startNs;
  }

  static Exchange hangup() {
    Exchange exchange = new Exchange(null, true, null, 0);
    exchange.outcome = new Hangup();
    return exchange;
  }

  ApiKeys key() {
    return request.header().apiKey();
  }

  int keptBytes() {
    return frame == null ? 0 : frame.length();
  }

  Outcome outcome() {
    return outcome;
  }

  /** The handler is done: its frame goes back. */
  void settle(Outcome outcome) {
    this.outcome = outcome;
    releaseFrame();
  }

  private void releaseFrame() {
    if (frame != null) {
      frame.release();
    }
  }

  /**
   * The client is gone. A handler that is still at work keeps its frame until it is done, because
   * it may be reading from it.
   */
  void drop() {
    if (outcome instanceof Answer answer) {
      FileSlices.releaseAll(answer.response());
    }
  }
}
