package io.myelin.system.history;

/** What a producer was promised. */
public enum Strength {
  /** acks=all and idempotent: what is acknowledged is there, once and in order. */
  EXACTLY_ONCE,

  /** acks=1 without idempotence: may be lost with the leader, written twice, or out of order. */
  LEADER_ONLY
}
