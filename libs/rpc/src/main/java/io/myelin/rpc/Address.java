package io.myelin.rpc;

/** Where a process listens, or is to listen. @param port 0, to listen on: any free one */
public record Address(String host, int port) {

  /** Of what {@link #toString} wrote. */
  public static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    return new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
