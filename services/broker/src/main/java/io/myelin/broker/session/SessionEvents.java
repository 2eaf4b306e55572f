package io.myelin.broker.session;

/** What a broker has to know of its session. Called on the session's executor; must be quick. */
public interface SessionEvents {

  /** The cluster does not count on this broker: it must not lead. False: it may again. */
  void fenced(boolean fenced);

  /** After {@link RemoteController#wantToStop}: nothing depends on this broker any more. */
  void mayStop();

  /**
   * No controller takes this broker as it is; {@code message} is for a person. It goes on trying.
   */
  void refused(String message);

  /**
   * No controller will ever take this broker as it is, and the session has ended: it belongs to
   * another cluster, or another process has its id. {@code message} is for a person.
   */
  void mustStop(String message);
}
