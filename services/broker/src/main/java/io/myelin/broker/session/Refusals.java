package io.myelin.broker.session;

import java.util.concurrent.TimeUnit;

/**
 * How long this broker has been refused for what may pass, without a break. Confined to the
 * session's executor.
 */
final class Refusals {
  /**
   * 15 s: for so long a process that was killed or frozen may be taken for alive, and a controller
   * that is cut off from its store may take itself for the active one.
   */
  private static final long NS_MAX = TimeUnit.SECONDS.toNanos(15);

  /** 5 s without a refusal: there was no controller, and the next one may know no better yet. */
  private static final long BREAK_NS = TimeUnit.SECONDS.toNanos(5);

  private boolean refused;
  private long sinceNs;
  private long lastNs;

  /**
   * @param sessionTimeoutMs the controller's: another process's session lasts so long after its end
   * @return whether this will not pass
   */
  boolean refused(long nowNs, long sessionTimeoutMs) {
    if (!refused || nowNs - lastNs > BREAK_NS) {
      sinceNs = nowNs;
    }
    refused = true;
    lastNs = nowNs;
    return nowNs - sinceNs >= Math.max(NS_MAX, 2 * TimeUnit.MILLISECONDS.toNanos(sessionTimeoutMs));
  }

  void accepted() {
    refused = false;
  }
}
