package io.myelin.broker.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends connections on which nothing moves. Confined to the event loop.
 *
 * <p>Looks at counters now and then instead of setting a timer per request: a busy connection pays
 * nothing, and an idle one wakes four times per idle timeout. Without such a timeout it goes on
 * looking, so that those that are quiet stay known.
 */
final class Watchdog {
  private static final int CHECKS_PER_IDLE_TIMEOUT = 4;
  private static final int CHECKS_PER_MEMORY_WAIT = 10;

  /** As often as with Kafka's default timeout. */
  private static final long IDLE_CHECK_MS_WITHOUT_TIMEOUT = 600_000 / CHECKS_PER_IDLE_TIMEOUT;

  /** A frame may take this long, and more if it is large; otherwise it sits on memory. */
  private static final long FRAME_MS_MIN = 30_000;

  /**
   * Slowest client that is waited for: 256 KiB per second. While others wait for memory that holds
   * for each stretch of time between two looks, or a few connections that announce much and send
   * nothing would keep everybody else from being served.
   */
  private static final int FRAME_BYTES_PER_MS_MIN = 256;

  private final EventLoop loop;
  private final FrameReader reader;
  private final Verdicts verdicts;
  private final boolean endsIdle;
  private final long idleCheckMs;
  private final long frameCheckMs;
  private final long memoryWaitMsMax;

  private boolean moved = true;
  private int idleChecks;
  private ScheduledFuture<?> idleTimer;

  private long watchedFrame;
  private long watchedMs;
  private int filledBytes;
  private ScheduledFuture<?> frameTimer;

  /** What the watchdog may find; each but {@link #looked} ends the connection. */
  interface Verdicts {
    /** It was looked whether anything moves; comes four times per idle timeout, if there is one. */
    void looked();

    void idle();

    void frameTooSlow(int frameBytes);

    void noMemory(int frameBytes);
  }

  Watchdog(EventLoop loop, FrameReader reader, NetworkConfig config, Verdicts verdicts) {
    this.loop = loop;
    this.reader = reader;
    this.verdicts = verdicts;
    this.endsIdle = config.connectionsMaxIdleMs() > 0;
    this.idleCheckMs =
        endsIdle
            ? Math.max(1, config.connectionsMaxIdleMs() / CHECKS_PER_IDLE_TIMEOUT)
            : IDLE_CHECK_MS_WITHOUT_TIMEOUT;
    this.memoryWaitMsMax = config.requestMemoryWaitMsMax();
    this.frameCheckMs = Math.max(1, memoryWaitMsMax / CHECKS_PER_MEMORY_WAIT);
  }

  void start() {
    idleTimer = loop.schedule(this::checkIdle, idleCheckMs, TimeUnit.MILLISECONDS);
  }

  void stop() {
    if (idleTimer != null) {
      idleTimer.cancel(false);
    }
    if (frameTimer != null) {
      frameTimer.cancel(false);
    }
  }

  /** Bytes came in or went out. */
  void moved() {
    moved = true;
  }

  /** A frame has begun and is not complete, or waits for memory. Cheap to call again. */
  void watchFrame() {
    if (frameTimer == null) {
      watchedFrame = reader.framesStarted();
      watchedMs = 0;
      filledBytes = reader.filledBytes();
      frameTimer = loop.schedule(this::checkFrame, frameCheckMs, TimeUnit.MILLISECONDS);
    }
  }

  private void checkIdle() {
    idleChecks = moved ? 0 : idleChecks + 1;
    moved = false;
    verdicts.looked();
    if (endsIdle && idleChecks >= CHECKS_PER_IDLE_TIMEOUT) {
      verdicts.idle();
    } else {
      start();
    }
  }

  private void checkFrame() {
    frameTimer = null;
    boolean waiting = reader.waitsForMemory();
    if (!waiting && !reader.withinFrame()) {
      return;
    }
    boolean hoards = false;
    if (watchedFrame == reader.framesStarted()) {
      watchedMs += frameCheckMs;
      hoards = reader.keepsOthersWaiting() && hardlyMoved(filledBytes, reader.filledBytes());
    } else {
      watchedFrame = reader.framesStarted();
      watchedMs = 0;
    }
    filledBytes = reader.filledBytes();
    int bytes = reader.frameLength();
    if (waiting && watchedMs >= memoryWaitMsMax) {
      verdicts.noMemory(bytes);
    } else if (!waiting && (hoards || watchedMs >= frameMsMax(bytes))) {
      verdicts.frameTooSlow(bytes);
    } else {
      frameTimer = loop.schedule(this::checkFrame, frameCheckMs, TimeUnit.MILLISECONDS);
    }
  }

  /** Both since the frame has its memory: one that got it after the last look is not judged yet. */
  private boolean hardlyMoved(int before, int now) {
    return before >= 0 && now >= 0 && now - before < frameCheckMs * FRAME_BYTES_PER_MS_MIN;
  }

  private long frameMsMax(int bytes) {
    return memoryWaitMsMax + FRAME_MS_MIN + bytes / FRAME_BYTES_PER_MS_MIN;
  }
}
