package io.myelin.broker.api.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.api.fetch.FetchSessions.Opened;
import io.myelin.env.Clock;
import io.myelin.sim.SimRandomness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchMetadata;
import org.junit.jupiter.api.Test;

/** The rules of KIP-227, as Kafka's FetchManager and FetchSessionCache have them. */
class FetchSessionsTest {
  private static final short BY_NAME = 12;
  private static final short BY_ID = 13;
  private static final long EVICTABLE_AFTER_MS = 1000;

  private long nowMs = 1_700_000_000_000L;
  private final Clock clock =
      new Clock() {
        @Override
        public long wallMs() {
          return nowMs;
        }

        @Override
        public long monotonicNs() {
          return nowMs * 1_000_000;
        }
      };

  @Test
  void whoHasASessionNamesOnlyWhatChanges() {
    FetchSessions sessions = sessions(10);
    Opened.Ready full = ready(sessions.open(full(0, 0, 1, 2), BY_NAME));
    assertThat(full.session().id()).isPositive();
    assertThat(full.incremental()).isFalse();
    assertThat(numbers(full.session())).containsExactly(0, 1, 2);

    Opened.Ready second = ready(sessions.open(incremental(full, 1), BY_NAME));
    assertThat(second.session()).isSameAs(full.session());
    assertThat(second.incremental()).isTrue();
    assertThat(numbers(second.session())).containsExactly(0, 1, 2);

    FetchRequestData changes = incremental(full, 2, 1, 7);
    changes.topics().getFirst().partitions().forEach(partition -> partition.setFetchOffset(50));
    forget(changes, 0);
    Opened.Ready third = ready(sessions.open(changes, BY_NAME));
    assertThat(numbers(third.session())).containsExactly(1, 2, 7);
    assertThat(third.session().partitions())
        .extracting(FetchPartition::fetchOffset)
        .containsExactly(50L, 0L, 50L);
  }

  @Test
  void anEpochThatIsNotTheNextOneIsRefusedAndChangesNothing() {
    FetchSessions sessions = sessions(10);
    Opened.Ready full = ready(sessions.open(full(0, 0), BY_NAME));

    assertThat(sessions.open(incremental(full, 2, 5), BY_NAME))
        .isEqualTo(new Opened.Failed(Errors.INVALID_FETCH_SESSION_EPOCH));
    assertThat(numbers(ready(sessions.open(incremental(full, 1), BY_NAME)).session()))
        .containsExactly(0);
    assertThat(sessions.open(incremental(full, 1), BY_NAME))
        .as("an epoch that was there already")
        .isEqualTo(new Opened.Failed(Errors.INVALID_FETCH_SESSION_EPOCH));
    assertThat(ready(sessions.open(incremental(full, 2), BY_NAME)).incremental()).isTrue();
  }

  @Test
  void anUnknownSessionIsNotFound() {
    FetchSessions sessions = sessions(10);
    Opened.Ready full = ready(sessions.open(full(0, 0), BY_NAME));
    FetchRequestData another = incremental(full, 1);
    another.setSessionId(full.session().id() + 1);

    assertThat(sessions.open(another, BY_NAME))
        .isEqualTo(new Opened.Failed(Errors.FETCH_SESSION_ID_NOT_FOUND));
  }

  @Test
  void aSessionStaysWithNamesOrWithIds() {
    FetchSessions sessions = sessions(10);
    Opened.Ready byName = ready(sessions.open(full(0, 0), BY_NAME));
    Opened.Ready byId = ready(sessions.open(full(0, 0), BY_ID));

    assertThat(sessions.open(incremental(byName, 1), BY_ID))
        .isEqualTo(new Opened.Failed(Errors.FETCH_SESSION_TOPIC_ID_ERROR));
    assertThat(sessions.open(incremental(byId, 1), BY_NAME))
        .isEqualTo(new Opened.Failed(Errors.FETCH_SESSION_TOPIC_ID_ERROR));
    assertThat(sessions.open(incremental(byId, 9), BY_NAME))
        .as("the epoch is looked at first")
        .isEqualTo(new Opened.Failed(Errors.INVALID_FETCH_SESSION_EPOCH));
    assertThat(ready(sessions.open(incremental(byId, 1), BY_ID)).incremental())
        .as("the refusals have used no epoch up")
        .isTrue();
  }

  @Test
  void aFullFetchEndsTheSessionThatItNames() {
    FetchSessions sessions = sessions(10);
    Opened.Ready first = ready(sessions.open(full(0, 0, 1), BY_NAME));

    Opened.Ready second = ready(sessions.open(full(first.session().id(), 3), BY_NAME));

    assertThat(second.session().id()).isPositive().isNotEqualTo(first.session().id());
    assertThat(numbers(second.session())).containsExactly(3);
    assertThat(sessions.count()).isOne();
    assertThat(sessions.open(incremental(first, 1), BY_NAME))
        .isEqualTo(new Opened.Failed(Errors.FETCH_SESSION_ID_NOT_FOUND));
  }

  @Test
  void theFinalEpochEndsASessionAndOpensNone() {
    FetchSessions sessions = sessions(10);
    Opened.Ready first = ready(sessions.open(full(0, 0), BY_NAME));
    FetchRequestData last = full(first.session().id(), 0);
    last.setSessionEpoch(FetchMetadata.FINAL_EPOCH);

    Opened.Ready answer = ready(sessions.open(last, BY_NAME));

    assertThat(answer.session().id()).isEqualTo(FetchSession.NONE);
    assertThat(answer.incremental()).isFalse();
    assertThat(numbers(answer.session())).as("it is answered all the same").containsExactly(0);
    assertThat(sessions.count()).isZero();
  }

  @Test
  void aSessionWithoutPartitionsEnds() {
    FetchSessions sessions = sessions(10);
    Opened.Ready full = ready(sessions.open(full(0, 0, 1), BY_NAME));
    FetchRequestData nothingLeft = incremental(full, 1);
    forget(nothingLeft, 0, 1);

    Opened.Ready answer = ready(sessions.open(nothingLeft, BY_NAME));

    assertThat(answer.session().id()).isEqualTo(FetchSession.NONE);
    assertThat(answer.incremental()).isFalse();
    assertThat(answer.session().partitions()).isEmpty();
    assertThat(sessions.count()).isZero();
    assertThat(sessions.open(incremental(full, 2, 0), BY_NAME))
        .isEqualTo(new Opened.Failed(Errors.FETCH_SESSION_ID_NOT_FOUND));
  }

  @Test
  void whoFindsNoSlotIsServedWithoutASession() {
    FetchSessions sessions = sessions(1);
    Opened.Ready first = ready(sessions.open(full(0, 0), BY_NAME));

    Opened.Ready second = ready(sessions.open(full(0, 0, 1), BY_NAME));

    assertThat(second.session().id()).isEqualTo(FetchSession.NONE);
    assertThat(numbers(second.session())).containsExactly(0, 1);
    assertThat(sessions.count()).isOne();
    assertThat(ready(sessions.open(incremental(first, 1), BY_NAME)).incremental()).isTrue();
    assertThat(ready(sessions(0).open(full(0, 0), BY_NAME)).session().id())
        .as("no slots at all")
        .isEqualTo(FetchSession.NONE);
  }

  @Test
  void theSessionThatWasUsedLongestAgoLosesItsSlotWhenThatIsLongAgo() {
    FetchSessions sessions = sessions(2);
    Opened.Ready silent = ready(sessions.open(full(0, 0, 1, 2), BY_NAME));
    Opened.Ready busy = ready(sessions.open(full(0, 0, 1, 2), BY_NAME));
    nowMs += EVICTABLE_AFTER_MS;
    ready(sessions.open(incremental(busy, 1), BY_NAME));

    assertThat(ready(sessions.open(full(0, 0), BY_NAME)).session().id())
        .as("not long enough ago yet")
        .isEqualTo(FetchSession.NONE);
    nowMs++;
    assertThat(ready(sessions.open(full(0, 0), BY_NAME)).session().id()).isPositive();

    assertThat(sessions.count()).isEqualTo(2);
    assertThat(sessions.open(incremental(silent, 1), BY_NAME))
        .isEqualTo(new Opened.Failed(Errors.FETCH_SESSION_ID_NOT_FOUND));
    assertThat(ready(sessions.open(incremental(busy, 2), BY_NAME)).incremental()).isTrue();
  }

  @Test
  void aLargerSessionTakesTheSlotOfTheSmallestThatHasHadItForLong() {
    FetchSessions sessions = sessions(3);
    Opened.Ready large = ready(sessions.open(full(0, 0, 1, 2, 3), BY_NAME));
    Opened.Ready small = ready(sessions.open(full(0, 0, 1), BY_NAME));
    nowMs += EVICTABLE_AFTER_MS;
    Opened.Ready young = ready(sessions.open(full(0, 0), BY_NAME));
    nowMs++;
    ready(sessions.open(incremental(large, 1), BY_NAME));
    ready(sessions.open(incremental(small, 1), BY_NAME));

    assertThat(ready(sessions.open(full(0, 0, 1), BY_NAME)).session().id())
        .as("no larger than the smallest")
        .isEqualTo(FetchSession.NONE);
    assertThat(ready(sessions.open(full(0, 0, 1, 2), BY_NAME)).session().id()).isPositive();

    assertThat(sessions.open(incremental(small, 2), BY_NAME))
        .isEqualTo(new Opened.Failed(Errors.FETCH_SESSION_ID_NOT_FOUND));
    assertThat(ready(sessions.open(incremental(young, 1), BY_NAME)).incremental()).isTrue();
    assertThat(ready(sessions.open(incremental(large, 2), BY_NAME)).incremental()).isTrue();
  }

  @Test
  void whatHadRecordsIsReadAfterTheOthersTheNextTime() {
    FetchSession session = ready(sessions(10).open(full(0, 0, 1, 2, 3), BY_NAME)).session();
    List<FetchPartition> partitions = session.partitions();

    session.moveToEnd(List.of(partitions.get(0), partitions.get(2)));

    assertThat(numbers(session)).containsExactly(1, 3, 0, 2);
  }

  private FetchSessions sessions(int slots) {
    return new FetchSessions(slots, EVICTABLE_AFTER_MS, clock, new SimRandomness(7));
  }

  private static Opened.Ready ready(Opened opened) {
    assertThat(opened).isInstanceOf(Opened.Ready.class);
    return (Opened.Ready) opened;
  }

  private static List<Integer> numbers(FetchSession session) {
    return session.partitions().stream().map(partition -> partition.key().partition()).toList();
  }

  private static FetchRequestData full(int sessionId, int... partitions) {
    return request(sessionId, FetchMetadata.INITIAL_EPOCH, partitions);
  }

  private static FetchRequestData incremental(Opened.Ready of, int epoch, int... partitions) {
    return request(of.session().id(), epoch, partitions);
  }

  private static FetchRequestData request(int sessionId, int epoch, int... partitions) {
    FetchRequestData request =
        new FetchRequestData().setSessionId(sessionId).setSessionEpoch(epoch);
    if (partitions.length > 0) {
      List<FetchRequestData.FetchPartition> wanted = new ArrayList<>();
      for (int partition : partitions) {
        wanted.add(new FetchRequestData.FetchPartition().setPartition(partition));
      }
      request
          .topics()
          .add(new FetchTopic().setTopic("t").setTopicId(new Uuid(0, 1)).setPartitions(wanted));
    }
    return request;
  }

  private static void forget(FetchRequestData request, int... partitions) {
    request
        .forgottenTopicsData()
        .add(
            new ForgottenTopic()
                .setTopic("t")
                .setTopicId(new Uuid(0, 1))
                .setPartitions(Arrays.stream(partitions).boxed().toList()));
  }
}
