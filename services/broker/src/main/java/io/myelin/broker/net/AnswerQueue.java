package io.myelin.broker.net;

import io.myelin.broker.api.CloseConnection;
import io.myelin.broker.api.FileSlices;
import io.myelin.protocol.DecodedRequest;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractResponse;

/**
 * The requests of one connection that are under way. Answers may come in any order and leave in the
 * order of the requests. Confined to the event loop.
 */
final class AnswerQueue {
  private final Connection connection;
  private final Channel channel;
  private final Connections owner;
  private final ResponseWriter writer;
  private final ArrayDeque<Exchange> queue = new ArrayDeque<>();
  private final ChannelFutureListener onSent = this::sent;

  /** Answers that the socket has not taken yet. */
  private int unsent;

  private int keptBytes;

  /** A hang-up is in the queue: nothing may follow it. */
  private boolean ending;

  private boolean sending;
  private boolean closed;

  AnswerQueue(Connection connection, Channel channel, Connections owner) {
    this.connection = connection;
    this.channel = channel;
    this.owner = owner;
    this.writer = new ResponseWriter(channel);
  }

  /** Whether another request may be dispatched. */
  boolean hasRoom() {
    Exchange last = queue.peekLast();
    boolean held = last != null && last.exclusive && last.outcome() == null;
    return !held
        && !ending
        && queue.size() + unsent < owner.config().connectionRequestsMax()
        && keptBytes < owner.config().connectionBytesMax();
  }

  Exchange add(DecodedRequest request, boolean exclusive, Frame kept) {
    Exchange exchange = new Exchange(request, exclusive, kept, owner.clock().monotonicNs());
    keptBytes += exchange.keptBytes();
    queue.add(exchange);
    return exchange;
  }

  void dispatched(Exchange exchange) {
    exchange.dispatchNs = owner.clock().monotonicNs();
  }

  /** Behind everything that is under way, the connection ends. */
  void addHangup() {
    ending = true;
    queue.add(Exchange.hangup());
    send();
  }

  /** The handler is done with a request: {@code response} or {@code error}. */
  void settle(Exchange exchange, ApiMessage response, Throwable error) {
    keptBytes -= exchange.keptBytes();
    exchange.answerNs = owner.clock().monotonicNs();
    if (closed) {
      exchange.settle(new Exchange.NoAnswer());
      if (response != null) {
        FileSlices.releaseAll(response);
      }
      return;
    }
    exchange.settle(outcome(exchange, response, error));
    send();
    connection.takeFrames();
  }

  private Exchange.Outcome outcome(Exchange exchange, ApiMessage response, Throwable error) {
    if (error != null) {
      return failure(exchange, unwrap(error));
    }
    return response == null ? new Exchange.NoAnswer() : new Exchange.Answer(response);
  }

  private static Throwable unwrap(Throwable error) {
    Throwable cause = error;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private Exchange.Outcome failure(Exchange exchange, Throwable cause) {
    String where = exchange.key() + " on " + connection;
    if (cause instanceof CloseConnection) {
      connection.warn(
          ConnectionLog.Reason.HANDLER_HUNG_UP,
          "Closing " + connection + ": " + exchange.key() + ": " + cause.getMessage(),
          null);
      ending = true;
      return new Exchange.Hangup();
    }
    if (!(cause instanceof ApiException)) {
      connection.warn(ConnectionLog.Reason.HANDLER_FAILED, "Unexpected error in " + where, cause);
    }
    AbstractResponse response = exchange.request.body().getErrorResponse(0, cause);
    if (response == null) {
      // A producer with acks=0 has no other way to learn that its metadata is stale.
      connection.warn(
          ConnectionLog.Reason.HANDLER_HUNG_UP,
          "Closing " + connection + ": " + exchange.key() + " without answer failed: " + cause,
          null);
      ending = true;
      return new Exchange.Hangup();
    }
    return new Exchange.Answer(response.data());
  }

  /** Writes every answer whose turn it is. */
  private void send() {
    // An embedded channel runs other tasks within a write: their answers must not get between the
    // parts of this one.
    if (sending) {
      return;
    }
    sending = true;
    while (!closed && !queue.isEmpty() && queue.peek().outcome() != null) {
      Exchange exchange = queue.poll();
      switch (exchange.outcome()) {
        case Exchange.Answer answer -> write(exchange, answer.response());
        case Exchange.NoAnswer none -> done(exchange, 0);
        case Exchange.Hangup hangup -> hangUp();
      }
    }
    sending = false;
  }

  private void write(Exchange exchange, ApiMessage response) {
    try {
      unsent++;
      int bytes =
          writer.write(
              exchange.key(),
              exchange.request.body().version(),
              exchange.request.header().correlationId(),
              response,
              onSent);
      connection.requestFlush();
      done(exchange, bytes);
    } catch (RuntimeException e) {
      unsent--;
      connection.warn(
          ConnectionLog.Reason.RESPONSE_FAILED,
          "Closing " + connection + ": cannot send the answer to " + exchange.key(),
          e);
      hangUp();
    }
  }

  private void done(Exchange exchange, int responseBytes) {
    owner
        .observer()
        .requestDone(
            exchange.key(),
            responseBytes,
            exchange.dispatchNs - exchange.startNs,
            exchange.answerNs - exchange.startNs,
            owner.clock().monotonicNs() - exchange.startNs);
  }

  /** Closes once everything written so far has left. */
  private void hangUp() {
    dropAll();
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  private void sent(ChannelFuture future) {
    unsent--;
    if (!closed) {
      connection.sent();
    }
  }

  private void dropAll() {
    queue.forEach(Exchange::drop);
    queue.clear();
    closed = true;
  }

  /** The client is gone: results that come from now on are dropped. */
  void close() {
    dropAll();
  }
}
