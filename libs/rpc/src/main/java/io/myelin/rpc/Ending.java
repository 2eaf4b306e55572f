package io.myelin.rpc;

/**
 * How a call ended, as far as this side can tell. Immutable.
 *
 * @param detail for a person
 */
public record Ending(Kind kind, String detail) {

  /** What to conclude is said with each. */
  public enum Kind {
    /** Both sides said everything that they had to say. */
    COMPLETED,
    /** One side, maybe this one, gave the call up. */
    CANCELLED,
    DEADLINE_EXCEEDED,
    /** The host lives and nobody listens there: the process that did is dead. */
    REFUSED,
    /** No connection came about in time: nothing is known about the process. */
    UNREACHABLE,
    /** The connection broke, or nothing came for too long: the process may be dead or alive. */
    LOST,
    /** The server ends all calls because it stops in order. */
    CLOSING,
    /** A message was larger than one of the sides allows. */
    TOO_LARGE,
    /** There were as many streams as allowed. */
    OVERLOADED,
    /** The server does not know the method: it may be older than this side. */
    UNSUPPORTED,
    /** The code on one side threw an exception, or could not read a message. */
    FAILED
  }

  public static Ending completed() {
    return new Ending(Kind.COMPLETED, "");
  }

  public static Ending cancelled(String detail) {
    return new Ending(Kind.CANCELLED, detail);
  }

  public static Ending failed(Throwable e) {
    return new Ending(Kind.FAILED, e.toString());
  }

  public static Ending tooLarge(long bytes, int bytesMax) {
    return new Ending(
        Kind.TOO_LARGE, "A message of " + bytes + " bytes; at most " + bytesMax + " are allowed");
  }

  @Override
  public String toString() {
    return detail.isEmpty() ? kind.name() : kind + " (" + detail + ")";
  }
}
