package io.myelin.rpc;

/** Where a process listens, or is to listen. @param port 0, to listen on: any free one */
public record Address(String host, int port) {
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
