package io.myelin.broker.net;

import io.myelin.env.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Says why connections end. A client that misbehaves does so over and over: per reason only the
 * first lines of a period are written, and later how many were not. Thread-safe.
 */
final class ConnectionLog {
  private static final Logger LOG = Logger.getLogger(ConnectionLog.class);
  private static final int LINES_PER_PERIOD = 10;
  private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(10);

  enum Reason {
    BAD_FRAME,
    BAD_REQUEST,
    HANDLER_HUNG_UP,
    HANDLER_FAILED,
    RESPONSE_FAILED,
    NO_MEMORY,
    SLOW_FRAME,
    LIMIT,
    INTERNAL
  }

  private final Clock clock;
  private final Map<Reason, Period> periods = new EnumMap<>(Reason.class);

  private static final class Period {
    private long startNs;
    private int lines;
    private int suppressed;
  }

  ConnectionLog(Clock clock) {
    this.clock = clock;
    for (Reason reason : Reason.values()) {
      Period period = new Period();
      period.startNs = clock.monotonicNs();
      periods.put(reason, period);
    }
  }

  void warn(Reason reason, String message, Throwable cause) {
    Period period = periods.get(reason);
    int suppressed;
    synchronized (period) {
      suppressed = period.suppressed;
      if (!admit(period)) {
        return;
      }
    }
    if (suppressed > 0) {
      LOG.warnf("%d more lines like the next one were left out", suppressed);
    }
    if (cause == null) {
      LOG.warn(message);
    } else {
      LOG.warn(message, cause);
    }
  }

  private boolean admit(Period period) {
    long now = clock.monotonicNs();
    if (now - period.startNs >= PERIOD_NS) {
      period.startNs = now;
      period.lines = 0;
    }
    if (period.lines >= LINES_PER_PERIOD) {
      period.suppressed++;
      return false;
    }
    period.lines++;
    period.suppressed = 0;
    return true;
  }

  void debug(String message) {
    LOG.debug(message);
  }
}
