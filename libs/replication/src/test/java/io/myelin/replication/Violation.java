package io.myelin.replication;

/** Something happened in the model that must never happen. */
final class Violation extends RuntimeException {
  Violation(String message) {
    super(message);
  }
}
