package io.myelin.protocol;

import org.apache.kafka.common.protocol.ApiKeys;

/** Which APIs are served, and in which versions. Thread-safe. */
@FunctionalInterface
public interface ServedVersions {
  boolean serves(ApiKeys key, short version);
}
