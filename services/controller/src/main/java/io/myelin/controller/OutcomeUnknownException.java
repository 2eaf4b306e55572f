package io.myelin.controller;

/** This controller stopped being the active one while a write was under way. */
final class OutcomeUnknownException extends RuntimeException {
  OutcomeUnknownException(String message) {
    super(message, null, false, false);
  }
}
