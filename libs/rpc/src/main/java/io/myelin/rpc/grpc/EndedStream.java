package io.myelin.rpc.grpc;

import io.myelin.rpc.RpcStream;

/** The stream of a call that never began. */
final class EndedStream<Out> implements RpcStream<Out> {
  @Override
  public boolean send(Out message) {
    return false;
  }

  @Override
  public boolean isReady() {
    return false;
  }

  @Override
  public long pendingBytes() {
    return 0;
  }

  @Override
  public void request(int messages) {}

  @Override
  public void finish() {}

  @Override
  public void cancel(String reason) {}

  @Override
  public void fail(Throwable cause) {}
}
