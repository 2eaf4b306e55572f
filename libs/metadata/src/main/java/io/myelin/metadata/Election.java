package io.myelin.metadata;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Decides which of several candidates is the active controller.
 *
 * <p>Guarantee: leaderships follow each other, each with a larger epoch. That a leadership has
 * ended may be noticed late, by its holder too; what makes this harmless is that its store is
 * fenced ({@link Leadership#openStore}). Thread-safe, never blocks. Listeners and futures are told
 * on a thread of the election's own: hand over.
 *
 * <p>Crash rule: a holder that dies keeps its leadership until its lease expires, or until somebody
 * who knows better revokes it.
 */
public interface Election extends AutoCloseable {

  /**
   * Takes part until it wins, however long the store cannot be reached; one campaign at a time. An
   * active one with this candidate's own id and endpoint is its own past (the process was started
   * anew, or lost sight of the store), and is revoked at once. The future fails when the election
   * is closed.
   */
  CompletableFuture<Leadership> campaign(Candidate candidate);

  /** {@code observer} is told what is known now, and each change; one call at a time. */
  void observe(Observer observer);

  /**
   * Ends the leadership of that epoch, whoever holds it, without waiting for its lease. Safe at any
   * time, because its holder is fenced; but it costs a change of controllers. False: it had ended
   * before. A failed future leaves open whether it has.
   */
  CompletableFuture<Boolean> revoke(long epoch);

  /** Withdraws a campaign; a leadership is not kept any more and expires unless resigned before. */
  @Override
  void close();

  /**
   * @param endpoint where others reach it, for them to read
   */
  record Candidate(int id, String endpoint) {}

  /**
   * @param epoch larger than those of all active ones before
   */
  record Active(Candidate candidate, long epoch) {}

  /** Whoever wants to know who is active. */
  interface Observer {

    /**
     * Who is active now; empty: nobody. Told when it changes, and once more, changed or not, when
     * it can be found out again.
     */
    void active(Optional<Active> active);

    /**
     * Who is active cannot be found out at present; what was said before stands. Told once, until
     * it can again.
     */
    void unreachable(Throwable cause);
  }
}
