package io.myelin.system.history;

/** What a producer knows of one record in the end. */
public sealed interface Outcome {

  /** It is at {@code offset}. */
  record Acknowledged(long offset) implements Outcome {}

  /** It never left the client, so it must not turn up. */
  record Failed() implements Outcome {}

  /** It may be there or not: time ran out, or the connection broke. */
  record Unknown() implements Outcome {}
}
