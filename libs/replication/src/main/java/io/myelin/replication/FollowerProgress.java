package io.myelin.replication;

/** What a leader knows of one follower. */
final class FollowerProgress {
  static final long UNKNOWN = -1;

  final int broker;

  /** Of the last opening; 0 before the first. */
  long session;

  /** Registration that the follower opened with. */
  long brokerEpoch = UNKNOWN;

  /** It holds the leader's records up to here; UNKNOWN until it has said so in this epoch. */
  long acknowledged = UNKNOWN;

  /** False: it has said that it cannot, and has not opened again. */
  boolean canStore = true;

  /** When it last had everything that the leader had. */
  long caughtUpMs;

  FollowerProgress(int broker, long caughtUpMs) {
    this.broker = broker;
    this.caughtUpMs = caughtUpMs;
  }

  void opened(long newSession, long newBrokerEpoch) {
    session = newSession;
    brokerEpoch = newBrokerEpoch;
    acknowledged = UNKNOWN;
    canStore = true;
  }
}
