package io.myelin.rpc.testing;

import io.myelin.rpc.Ending;
import io.myelin.rpc.RpcReceiver;
import io.myelin.rpc.RpcStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Remembers what happened to its call, and does as it was told. */
final class Recorder implements RpcReceiver<String, String> {
  final List<String> received = new CopyOnWriteArrayList<>();
  final List<String> events = new CopyOnWriteArrayList<>();
  volatile RpcStream<String> stream;
  volatile Ending ending;
  private final int requested;
  private volatile Consumer<String> onMessage = message -> {};
  private volatile Runnable onReady = () -> {};
  private volatile Runnable onFinished = () -> {};

  /**
   * @param requested messages, at once
   */
  Recorder(int requested) {
    this.requested = requested;
  }

  static Recorder reading() {
    return new Recorder(Integer.MAX_VALUE);
  }

  Recorder onMessage(Consumer<String> action) {
    onMessage = action;
    return this;
  }

  Recorder onReady(Runnable action) {
    onReady = action;
    return this;
  }

  Recorder onFinished(Runnable action) {
    onFinished = action;
    return this;
  }

  boolean isOpen() {
    return stream != null;
  }

  boolean hasEnded() {
    return ending != null;
  }

  Ending.Kind end() {
    return ending.kind();
  }

  @Override
  public void opened(RpcStream<String> opened) {
    events.add("opened");
    if (requested > 0) {
      opened.request(requested);
    }
    stream = opened;
  }

  @Override
  public void received(String message) {
    received.add(message);
    onMessage.accept(message);
  }

  @Override
  public void ready() {
    onReady.run();
  }

  @Override
  public void finished() {
    events.add("finished");
    onFinished.run();
  }

  @Override
  public void ended(Ending how) {
    events.add("ended");
    ending = how;
  }
}
