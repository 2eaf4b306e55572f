package io.myelin.controller;

import io.myelin.metadata.Controller.Refusal;

/** Leaves a decision early; never leaves this package. */
final class RefusedException extends RuntimeException {
  private final Refusal refusal;

  RefusedException(Refusal refusal, String message) {
    super(message, null, false, false);
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
