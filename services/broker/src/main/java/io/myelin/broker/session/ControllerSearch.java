package io.myelin.broker.session;

import io.myelin.env.Randomness;
import io.myelin.rpc.Address;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which controller to try next, and when. Hints are followed at once; a whole round without
 * success makes the next one slower, up to a bound, with jitter so that brokers do not come in
 * step. Confined to the session's executor.
 */
final class ControllerSearch {
  /** 25 ms: a controller's takeover takes some hundreds. */
  private static final long ROUND_MS_MIN = 25;

  /** 400 ms: what a broker adds to an outage at most. */
  private static final long ROUND_MS_MAX = 400;

  /** Hints in a row: two controllers that each name the other must not keep us busy. */
  private static final int HINTS_MAX = 3;

  private final List<Address> controllers;
  private final Randomness randomness;
  private int next;
  private int tried;
  private int hints;
  private long roundMs = ROUND_MS_MIN;

  /** Where to go, after so long. */
  record Attempt(Address address, long delayMs) {}

  ControllerSearch(List<Address> controllers, Randomness randomness) {
    this.controllers = new ArrayList<>(controllers);
    this.randomness = randomness;
    this.next = randomness.nextInt(controllers.size());
  }

  /** A session began. */
  void found() {
    tried = 0;
    hints = 0;
    roundMs = ROUND_MS_MIN;
  }

  /** A controller said that this one is active. */
  Attempt hinted(Address active) {
    if (++hints > HINTS_MAX) {
      return another();
    }
    return new Attempt(active, 0);
  }

  /** The last attempt led nowhere, or its session ended. */
  Attempt another() {
    Address address = controllers.get(next);
    next = (next + 1) % controllers.size();
    if (++tried <= controllers.size()) {
      return new Attempt(address, tried == 1 ? 0 : jitter(ROUND_MS_MIN / 4));
    }
    tried = 1;
    hints = 0;
    long delayMs = jitter(roundMs);
    roundMs = Math.min(ROUND_MS_MAX, 2 * roundMs);
    return new Attempt(address, delayMs);
  }

  private long jitter(long ms) {
    return ms / 2 + randomness.nextInt((int) ms);
  }
}
