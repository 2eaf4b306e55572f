package io.myelin.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.replication.FollowerEffect.Lane;
import io.myelin.replication.FollowerReplica.State;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FollowerReplicaTest {
  private static final int EPOCH = 5;

  private final FollowerReplica follower = new FollowerReplica(2, 10, 10, 6, 100);

  @Test
  void opensToTheLeaderOnTheStreamThatFits() {
    assertThat(follower.decide(new FollowerEvent.Led(1, EPOCH, false)))
        .containsExactly(new FollowerEffect.Open(1, EPOCH, Lane.CATCHING_UP, 101));
    assertThat(follower.decide(new FollowerEvent.Led(1, EPOCH, false))).isEmpty();
    assertThat(follower.decide(new FollowerEvent.Led(1, EPOCH, true)))
        .containsExactly(
            new FollowerEffect.Close(1, Lane.CATCHING_UP, 101, false),
            new FollowerEffect.Open(1, EPOCH, Lane.IN_SYNC, 102));
  }

  @Test
  void cutsItsLogBeforeItAcknowledgesAnything() {
    open();
    assertThat(follower.decide(new FollowerEvent.Admitted(101, 8, 2)))
        .containsExactly(new FollowerEffect.Truncate(8));
    assertThat(follower.decide(new FollowerEvent.Cut(2, 8)))
        .containsExactly(new FollowerEffect.Acknowledge(1, Lane.IN_SYNC, 101, 8));
  }

  @Test
  void beginsAnewBehindItsEndWhenTheLeaderHasDeletedWhatIsBetween() {
    open();
    assertThat(follower.decide(new FollowerEvent.Admitted(101, 40, 40)))
        .containsExactly(new FollowerEffect.StartAt(40));
    assertThat(follower.decide(new FollowerEvent.Cut(40, 40)))
        .containsExactly(new FollowerEffect.Acknowledge(1, Lane.IN_SYNC, 101, 40));
  }

  @Test
  void writesWhatFollowsAndAcknowledgesWhenItIsStored() {
    stream();
    assertThat(received(10, 12, 11)).containsExactly(new FollowerEffect.Write());
    assertThat(follower.decide(new FollowerEvent.Stored(12)))
        .containsExactly(
            new FollowerEffect.Acknowledge(1, Lane.IN_SYNC, 101, 12),
            new FollowerEffect.AdvanceHighWatermark(11));
  }

  @Test
  void opensAgainOnAGapOrAnOverlap() {
    stream();
    assertThat(received(11, 12, 6))
        .containsExactly(
            new FollowerEffect.Close(1, Lane.IN_SYNC, 101, false),
            new FollowerEffect.Open(1, EPOCH, Lane.IN_SYNC, 102));
    stream(102);
    assertThat(follower.decide(new FollowerEvent.Received(102, EPOCH, 9, 12, 6, 2)))
        .contains(new FollowerEffect.Open(1, EPOCH, Lane.IN_SYNC, 103));
  }

  @Test
  void ignoresWhatComesOfAFormerSessionOrEpoch() {
    stream();
    follower.decide(new FollowerEvent.Led(3, EPOCH + 1, true));
    assertThat(received(10, 12, 6)).isEmpty();
    assertThat(follower.decide(new FollowerEvent.Admitted(101, 4, 2))).isEmpty();
    assertThat(follower.decide(new FollowerEvent.Led(1, EPOCH, true))).isEmpty();
    assertThat(follower.state()).isEqualTo(new State.Opening(102));
  }

  @Test
  void takesTheWatermarkOnlyAsFarAsItHasRecords() {
    stream();
    assertThat(follower.decide(new FollowerEvent.Progressed(101, EPOCH, 50, 2)))
        .containsExactly(new FollowerEffect.AdvanceHighWatermark(10));
    assertThat(follower.decide(new FollowerEvent.Progressed(101, EPOCH, 9, 2))).isEmpty();
  }

  @Test
  void followsTheLeadersLogStart() {
    stream();
    assertThat(follower.decide(new FollowerEvent.Progressed(101, EPOCH, 6, 5)))
        .containsExactly(new FollowerEffect.AdvanceLogStart(5));
    assertThat(follower.decide(new FollowerEvent.Progressed(101, EPOCH, 30, 30)))
        .containsExactly(new FollowerEffect.StartAt(30));
    assertThat(follower.decide(new FollowerEvent.Cut(30, 30)))
        .containsExactly(new FollowerEffect.Acknowledge(1, Lane.IN_SYNC, 101, 30));
  }

  @Test
  void asksAgainLaterWhenItIsTurnedAway() {
    open();
    assertThat(follower.decide(new FollowerEvent.TurnedAway(101)))
        .containsExactly(new FollowerEffect.RetryLater(101));
    assertThat(follower.decide(new FollowerEvent.Retry(101)))
        .containsExactly(new FollowerEffect.Open(1, EPOCH, Lane.IN_SYNC, 102));
    assertThat(follower.decide(new FollowerEvent.Retry(101))).isEmpty();
  }

  @Test
  void opensAgainWhenTheStreamBreaks() {
    stream();
    assertThat(follower.decide(new FollowerEvent.Disconnected(1)))
        .containsExactly(new FollowerEffect.Open(1, EPOCH, Lane.IN_SYNC, 102));
    assertThat(follower.decide(new FollowerEvent.Disconnected(3))).isEmpty();
  }

  @Test
  void waitsWithoutALeader() {
    stream();
    assertThat(follower.decide(new FollowerEvent.Led(-1, EPOCH + 1, true)))
        .containsExactly(new FollowerEffect.Close(1, Lane.IN_SYNC, 101, false));
    assertThat(follower.state()).isEqualTo(new State.Leaderless());
  }

  @Test
  void neverSpeaksAgainAfterItsLogFailed() {
    stream();
    assertThat(follower.decide(new FollowerEvent.Failed()))
        .containsExactly(new FollowerEffect.Close(1, Lane.IN_SYNC, 101, true));
    assertThat(follower.decide(new FollowerEvent.Led(3, EPOCH + 1, true))).isEmpty();
    assertThat(follower.decide(new FollowerEvent.Stored(11))).isEmpty();
  }

  @Test
  void withoutRoomItTellsTheLeaderAndComesBackForWhatIsMissing() {
    stream();
    assertThat(follower.decide(new FollowerEvent.Received(101, EPOCH, 10, 15, 0, 2)))
        .containsExactly(new FollowerEffect.Write());
    assertThat(follower.decide(new FollowerEvent.NoRoom(12)))
        .containsExactly(
            new FollowerEffect.Close(1, Lane.IN_SYNC, 101, true),
            new FollowerEffect.RetryWithRoom(101));
    assertThat(follower.decide(new FollowerEvent.Retry(101)))
        .containsExactly(new FollowerEffect.Open(1, EPOCH, Lane.IN_SYNC, 102));
    follower.decide(new FollowerEvent.Admitted(102, 12, 2));
    assertThat(follower.decide(new FollowerEvent.Received(102, EPOCH, 12, 15, 0, 2)))
        .containsExactly(new FollowerEffect.Write());
  }

  @Test
  void acknowledgesOfWhatItHadBeforeOnlyWhatWasStored() {
    FollowerReplica flushed = new FollowerReplica(2, 10, 7, 6, 100);
    flushed.decide(new FollowerEvent.Led(1, EPOCH, true));
    assertThat(flushed.decide(new FollowerEvent.Admitted(101, 10, 2)))
        .containsExactly(new FollowerEffect.Acknowledge(1, Lane.IN_SYNC, 101, 7));
    assertThat(flushed.decide(new FollowerEvent.Stored(10)))
        .containsExactly(new FollowerEffect.Acknowledge(1, Lane.IN_SYNC, 101, 10));
  }

  @Test
  void withoutRoomForWhatItHadBeforeItTellsTheLeaderThatItHasJustAsked() {
    open();
    assertThat(follower.decide(new FollowerEvent.NoRoom(10)))
        .containsExactly(
            new FollowerEffect.Close(1, Lane.IN_SYNC, 101, true),
            new FollowerEffect.RetryWithRoom(101));
    assertThat(follower.decide(new FollowerEvent.Admitted(101, 10, 2))).isEmpty();
    assertThat(follower.decide(new FollowerEvent.NoRoom(10))).isEmpty();
  }

  @Test
  void aReplicaThatTakesAnotherRoleDoesNotSayThatItCannotStore() {
    stream();
    assertThat(follower.decide(new FollowerEvent.Ended()))
        .containsExactly(new FollowerEffect.Close(1, Lane.IN_SYNC, 101, false));
  }

  private void open() {
    follower.decide(new FollowerEvent.Led(1, EPOCH, true));
  }

  private void stream() {
    open();
    stream(101);
  }

  private void stream(long session) {
    follower.decide(new FollowerEvent.Admitted(session, 10, 2));
    assertThat(follower.state()).isEqualTo(new State.Streaming(session));
  }

  private List<FollowerEffect> received(long from, long end, long highWatermark) {
    return follower.decide(new FollowerEvent.Received(101, EPOCH, from, end, highWatermark, 2));
  }
}
