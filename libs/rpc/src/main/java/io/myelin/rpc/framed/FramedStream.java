package io.myelin.rpc.framed;

import io.grpc.MethodDescriptor.Marshaller;
import io.myelin.env.Scheduler;
import io.myelin.rpc.Ending;
import io.myelin.rpc.MessageBytes;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.framed.FramedTransport.Parts;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A call, on either side. The methods of {@link RpcStream} are for any thread, the others are
 * confined to the loop.
 *
 * <p>On the way out a message is copied and cut into chunks, which go as both windows allow. On the
 * way in chunks wait until a message is asked for; only then is their credit given back.
 */
final class FramedStream<In, Out> implements RpcStream<Out> {
  private final Parts parts;
  private final boolean client;
  private final Marshaller<Out> marshaller;
  private final RpcReceiver<In, Out> receiver;
  private final Callbacks callbacks;
  private final Assembly<In> assembly;

  private final AtomicLong pendingBytes = new AtomicLong();
  private volatile boolean open;
  private volatile boolean finished;
  private volatile boolean ended;

  private final ArrayDeque<Frame.Data> outbound = new ArrayDeque<>();
  private FramedConnection connection;
  private int id;
  private int credit;

  /** This side has nothing more to send than what is in {@link #outbound}. */
  private boolean nothingFollows;

  private boolean peerFinished;
  private Ending peerEnding;
  private Scheduler.Timer deadline;

  /** Confined to the callbacks. */
  private boolean failed;

  /** One side's view of a method. */
  record Side<In, Out>(boolean client, Marshaller<In> in, Marshaller<Out> out) {}

  FramedStream(Parts parts, Side<In, Out> side, Executor executor, RpcReceiver<In, Out> receiver) {
    this.parts = parts;
    this.client = side.client();
    this.marshaller = side.out();
    this.receiver = receiver;
    this.callbacks = new Callbacks(executor);
    this.assembly = new Assembly<>(side.in(), parts.settings(), !side.client());
    this.credit = parts.settings().windowBytes();
  }

  @Override
  public boolean send(Out message) {
    if (!open || finished || ended || pendingBytes.get() >= PENDING_BYTES_MAX) {
      return false;
    }
    InputStream stream = marshaller.stream(message);
    int size = MessageBytes.size(stream);
    int bytesMax = parts.settings().sentBytesMax(client);
    if (size > bytesMax) {
      parts.loop().execute(() -> end(Ending.tooLarge(size, bytesMax)));
      return false;
    }
    byte[] bytes = MessageBytes.copy(stream);
    pendingBytes.addAndGet(bytes.length);
    parts.loop().execute(() -> enqueue(bytes));
    return true;
  }

  @Override
  public boolean isReady() {
    return open && !finished && !ended && pendingBytes.get() < parts.settings().readyBytes();
  }

  @Override
  public long pendingBytes() {
    return pendingBytes.get();
  }

  @Override
  public void request(int messages) {
    parts
        .loop()
        .execute(
            () -> {
              assembly.request(messages);
              deliver();
            });
  }

  @Override
  public void finish() {
    if (open && !finished) {
      finished = true;
      parts
          .loop()
          .execute(
              () -> {
                nothingFollows = true;
                sayLastWords();
              });
    }
  }

  @Override
  public void cancel(String reason) {
    parts.loop().execute(() -> end(Ending.cancelled(reason)));
  }

  @Override
  public void fail(Throwable cause) {
    parts.loop().execute(() -> end(Ending.failed(cause)));
  }

  void endAfter(long deadlineMs) {
    deadline =
        parts.after(
            deadlineMs,
            () ->
                end(
                    new Ending(
                        Ending.Kind.DEADLINE_EXCEEDED, "No end within " + deadlineMs + " ms")));
  }

  boolean hasEnded() {
    return ended;
  }

  /** There is a connection. */
  void attach(FramedConnection to, int newId) {
    connection = to;
    id = newId;
    to.add(newId, this);
    open = true;
    callbacks.add(guarded(() -> receiver.opened(this)));
  }

  boolean canSend() {
    return !ended && !outbound.isEmpty() && credit > 0;
  }

  Frame.Data nextChunk() {
    return outbound.peek();
  }

  void sent(Frame.Data chunk) {
    outbound.poll();
    credit -= chunk.cost();
    int size = chunk.bytes().remaining();
    long before = pendingBytes.getAndAdd(-size);
    int readyBytes = parts.settings().readyBytes();
    if (before >= readyBytes && before - size < readyBytes) {
      callbacks.add(guarded(receiver::ready));
    }
    sayLastWords();
  }

  void credited(int bytes) {
    credit += bytes;
    if (canSend()) {
      connection.wantsToSend(this);
    }
  }

  void received(Frame.Data data) {
    if (!assembly.add(data)) {
      end(new Ending(Ending.Kind.FAILED, "The peer sent more than it was allowed to"));
      return;
    }
    deliver();
  }

  void peerFinished() {
    peerFinished = true;
    deliver();
  }

  /** What the peer completed is received first; anything else counts at once. */
  void peerEnded(Ending ending) {
    if (ending.kind() == Ending.Kind.COMPLETED) {
      peerEnding = ending;
      deliver();
    } else {
      conclude(ending);
    }
  }

  /** This side ends the call. */
  void end(Ending ending) {
    if (!ended && connection != null) {
      connection.send(new Frame.End(id, ending));
    }
    conclude(ending);
  }

  /** The call is over. */
  void conclude(Ending ending) {
    if (ended) {
      return;
    }
    ended = true;
    pendingBytes.addAndGet(-outbound.stream().mapToLong(d -> d.bytes().remaining()).sum());
    outbound.clear();
    assembly.clear();
    if (deadline != null) {
      deadline.cancel();
    }
    if (connection != null) {
      connection.remove(id, this);
    }
    callbacks.add(() -> receiver.ended(ending));
  }

  private void enqueue(byte[] bytes) {
    if (ended) {
      pendingBytes.addAndGet(-bytes.length);
      return;
    }
    int position = 0;
    do {
      int length = Math.min(Frame.CHUNK_BYTES, bytes.length - position);
      ByteBuffer chunk = ByteBuffer.wrap(bytes, position, length);
      position += length;
      outbound.add(new Frame.Data(id, position == bytes.length, chunk));
    } while (position < bytes.length);
    if (canSend()) {
      connection.wantsToSend(this);
    }
  }

  private void sayLastWords() {
    if (ended || !nothingFollows || !outbound.isEmpty()) {
      return;
    }
    nothingFollows = false;
    if (client) {
      connection.send(new Frame.Finish(id));
    } else {
      end(Ending.completed());
    }
  }

  /** Hands over whatever is complete and asked for, then what comes after the last message. */
  private void deliver() {
    if (ended) {
      return;
    }
    while (assembly.hasNext()) {
      if (assembly.isTooLarge()) {
        end(Ending.tooLarge(assembly.size(), parts.settings().sentBytesMax(!client)));
        return;
      }
      byte[] message = assembly.next();
      if (message != null) {
        callbacks.add(guarded(() -> receiver.received(assembly.parse(message))));
      }
    }
    int returned = assembly.takeCredit();
    if (returned > 0) {
      connection.send(new Frame.Credit(id, returned));
    }
    if (assembly.isEmpty()) {
      if (peerFinished) {
        peerFinished = false;
        callbacks.add(guarded(receiver::finished));
      }
      if (peerEnding != null) {
        conclude(peerEnding);
      }
    }
  }

  private Runnable guarded(Runnable callback) {
    return () -> {
      if (failed) {
        return;
      }
      try {
        callback.run();
      } catch (Throwable e) {
        failed = true;
        fail(e);
        throw e;
      }
    };
  }
}
