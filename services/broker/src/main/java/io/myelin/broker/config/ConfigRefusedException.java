package io.myelin.broker.config;

/** A setting that this broker cannot start with; the message names the key and says what to do. */
public final class ConfigRefusedException extends RuntimeException {
  public ConfigRefusedException(String message) {
    super(message);
  }
}
