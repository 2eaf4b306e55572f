package io.myelin.metadata.etcd;

import java.io.IOException;

/**
 * etcd did not answer in time, or refused; the message names its endpoints. A write may have
 * happened.
 */
public final class EtcdFailedException extends IOException {
  EtcdFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
