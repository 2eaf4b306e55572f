package io.myelin.broker.api.fetch;

import io.myelin.env.Clock;
import io.myelin.env.Randomness;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchMetadata;

/**
 * The broker's fetch sessions (KIP-227). Thread-safe. Bounded: when all slots are taken and none
 * may be evicted, a consumer gets no session and goes on with full fetches.
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
   * @param evictableAfterMs idle time, milliseconds, after which a session may lose its slot; and
   *     how long one has to be in use before it may lose it to a larger one
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
    Errors refusal = session.next(request, usesTopicIds, clock.wallMs());
    if (refusal != Errors.NONE) {
      return new Opened.Failed(refusal);
    }
    if (session.size() == 0) {
      close(session.id()); // nothing is left to remember
      return new Opened.Ready(newSession(FetchSession.NONE, usesTopicIds, request), false);
    }
    return new Opened.Ready(session, true);
  }

  private synchronized Opened openFull(FetchRequestData request, int epoch, boolean usesTopicIds) {
    if (request.sessionId() != FetchSession.NONE) {
      close(request.sessionId());
    }
    int id =
        epoch == FetchMetadata.INITIAL_EPOCH ? freeId(partitionsOf(request)) : FetchSession.NONE;
    FetchSession session = newSession(id, usesTopicIds, request);
    if (id != FetchSession.NONE) {
      sessions.put(id, session);
    }
    return new Opened.Ready(session, false);
  }

  private FetchSession newSession(int id, boolean usesTopicIds, FetchRequestData request) {
    FetchSession session = new FetchSession(id, usesTopicIds, clock.wallMs());
    session.update(request);
    return session;
  }

  private static int partitionsOf(FetchRequestData request) {
    return request.topics().stream().mapToInt(topic -> topic.partitions().size()).sum();
  }

  private synchronized FetchSession find(int id) {
    return sessions.get(id);
  }

  private synchronized void close(int id) {
    sessions.remove(id);
  }

  private int freeId(int partitions) {
    if (sessions.size() >= slots && !evictFor(partitions)) {
      return FetchSession.NONE;
    }
    int id;
    do {
      id = 1 + randomness.nextInt(Integer.MAX_VALUE - 1);
    } while (sessions.containsKey(id));
    return id;
  }

  /**
   * Takes the slot of the session that was used longest ago, if that is long enough ago; otherwise
   * of the smallest among those that have been in use for as long, if the new one is larger: it
   * saves more.
   */
  private boolean evictFor(int partitions) {
    long nowMs = clock.wallMs();
    Optional<FetchSession> evicted =
        sessions.values().stream()
            .min(Comparator.comparingLong(FetchSession::lastUsedMs))
            .filter(oldest -> nowMs - oldest.lastUsedMs() > evictableAfterMs)
            .or(() -> smallestInLongUse().filter(smallest -> smallest.size() < partitions));
    evicted.ifPresent(session -> sessions.remove(session.id()));
    return evicted.isPresent();
  }

  private Optional<FetchSession> smallestInLongUse() {
    return sessions.values().stream()
        .filter(session -> session.usedForMs() > evictableAfterMs)
        .min(Comparator.comparingInt(FetchSession::size));
  }
}
