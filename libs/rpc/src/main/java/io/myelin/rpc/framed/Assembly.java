package io.myelin.rpc.framed;

import io.grpc.MethodDescriptor.Marshaller;
import io.myelin.rpc.RpcSettings;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;

/**
 * Messages on their way in: chunks that wait, the message that is being put together, and how many
 * more are asked for. Confined to the loop, {@link #parse} excepted.
 */
final class Assembly<In> {
  private final Marshaller<In> marshaller;
  private final RpcSettings settings;
  private final int messageBytesMax;
  private final ArrayDeque<Frame.Data> waiting = new ArrayDeque<>();
  private ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private int requested;
  private int waitingBytes;
  private int credit;

  Assembly(Marshaller<In> marshaller, RpcSettings settings, boolean fromClient) {
    this.marshaller = marshaller;
    this.settings = settings;
    this.messageBytesMax = settings.sentBytesMax(fromClient);
  }

  void request(int messages) {
    // The sum of two requests for "all".
    requested = (int) Math.min(Integer.MAX_VALUE, (long) requested + messages);
  }

  /** False if the peer overdrew its window; it may by its last chunk. */
  boolean add(Frame.Data chunk) {
    waiting.add(chunk);
    waitingBytes += chunk.cost();
    return waitingBytes <= settings.windowBytes() + Frame.BYTES_MAX;
  }

  /** Whether a chunk waits that belongs to a message that was asked for. */
  boolean hasNext() {
    return requested > 0 && !waiting.isEmpty();
  }

  /** Takes one chunk; the message that it completes, or null. */
  byte[] next() {
    Frame.Data chunk = waiting.poll();
    waitingBytes -= chunk.cost();
    credit += chunk.cost();
    partial.write(
        chunk.bytes().array(),
        chunk.bytes().arrayOffset() + chunk.bytes().position(),
        chunk.bytes().remaining());
    if (!chunk.last()) {
      return null;
    }
    byte[] message = partial.toByteArray();
    partial = new ByteArrayOutputStream();
    requested--;
    return message;
  }

  /** Whether the next chunk makes the message larger than any may be. */
  boolean isTooLarge() {
    return size() > messageBytesMax;
  }

  int size() {
    return partial.size() + waiting.peek().bytes().remaining();
  }

  /** Nothing waits, and no message is half there. */
  boolean isEmpty() {
    return waiting.isEmpty() && partial.size() == 0;
  }

  /** What the peer may send more, once it is worth a frame. */
  int takeCredit() {
    if (credit < settings.windowBytes() / 4) {
      return 0;
    }
    int taken = credit;
    credit = 0;
    return taken;
  }

  void clear() {
    waiting.clear();
    partial = new ByteArrayOutputStream();
  }

  /** On the call's executor. */
  In parse(byte[] message) {
    return marshaller.parse(new ArrayMessage(message));
  }
}
