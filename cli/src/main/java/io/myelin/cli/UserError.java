package io.myelin.cli;

/** Something that the person can put right: the message says what happened and what to do next. */
final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UserError(String message) {
    super(message);
  }
}
