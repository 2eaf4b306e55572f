package io.myelin.broker.api.fetch;

import io.myelin.env.Clock;
import io.myelin.env.Randomness;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchMetadata;

/**
 * The broker's fetch sessions (KIP-227). Thread-safe. Bounded: when all slots are taken and none
 * has been idle long enough to be evicted, a consumer gets no session and goes on with full
 * fetches.
 */
public final class FetchSessions {
  /** What a request has to do with sessions. */
  sealed interface Opened {
    /**
     * @param incremental the answer mentions only what has changed
     */
    record Ready(FetchSession session, boolean incremental) implements Opened {}

    record Failed(Errors error) implements Opened {}
  }

  private final Map<Integer, FetchSession> sessions = new HashMap<>();
  private final int slots;
  private final long evictableAfterMs;
  private final Clock clock;
  private final Randomness randomness;

  /**
   * @param slots max.incremental.fetch.session.cache.slots
   * @param evictableAfterMs idle time, milliseconds, after which a session may lose its slot
   */
  public FetchSessions(int slots, long evictableAfterMs, Clock clock, Randomness randomness) {
    this.slots = slots;
    this.evictableAfterMs = evictableAfterMs;
    this.clock = clock;
    this.randomness = randomness;
  }

  /** Sessions that have a slot. */
  public synchronized int count() {
    return sessions.size();
  }

  Opened open(FetchRequestData request, short version) {
    boolean usesTopicIds = version >= 13;
    int epoch = request.sessionEpoch();
    if (epoch == FetchMetadata.INITIAL_EPOCH || epoch == FetchMetadata.FINAL_EPOCH) {
      return openFull(request, epoch, usesTopicIds);
    }
    FetchSession session = find(request.sessionId());
    if (session == null) {
      return new Opened.Failed(Errors.FETCH_SESSION_ID_NOT_FOUND);
    }
    if (session.usesTopicIds() != usesTopicIds) {
      return new Opened.Failed(Errors.FETCH_SESSION_TOPIC_ID_ERROR);
    }
    if (!session.advance(epoch)) {
      return new Opened.Failed(Errors.INVALID_FETCH_SESSION_EPOCH);
    }
    session.touch(clock.wallMs());
    session.update(request);
    return new Opened.Ready(session, true);
  }

  private synchronized Opened openFull(FetchRequestData request, int epoch, boolean usesTopicIds) {
    if (request.sessionId() != FetchSession.NONE) {
      sessions.remove(request.sessionId());
    }
    int id = epoch == FetchMetadata.INITIAL_EPOCH ? freeId() : FetchSession.NONE;
    FetchSession session = new FetchSession(id, usesTopicIds);
    session.touch(clock.wallMs());
    session.update(request);
    if (id != FetchSession.NONE) {
      sessions.put(id, session);
    }
    return new Opened.Ready(session, false);
  }

  private synchronized FetchSession find(int id) {
    return sessions.get(id);
  }

  private int freeId() {
    if (sessions.size() >= slots && !evictOne()) {
      return FetchSession.NONE;
    }
    int id;
    do {
      id = 1 + randomness.nextInt(Integer.MAX_VALUE - 1);
    } while (sessions.containsKey(id));
    return id;
  }

  private boolean evictOne() {
    FetchSession oldest = null;
    for (FetchSession session : sessions.values()) {
      if (oldest == null || session.lastUsedMs() < oldest.lastUsedMs()) {
        oldest = session;
      }
    }
    if (oldest == null || clock.wallMs() - oldest.lastUsedMs() < evictableAfterMs) {
      return false;
    }
    sessions.remove(oldest.id());
    return true;
  }
}
