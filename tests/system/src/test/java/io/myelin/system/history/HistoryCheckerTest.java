package io.myelin.system.history;

import static io.myelin.system.history.Strength.EXACTLY_ONCE;
import static io.myelin.system.history.Strength.LEADER_ONLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.system.history.Finding.Kind;
import org.junit.jupiter.api.Test;

/** Histories made by hand: the wrong ones must fail, each for its one reason. */
final class HistoryCheckerTest {
  private static final Promises ONE_BROKER = new Promises(true);
  private static final Promises CLUSTER = new Promises(false);

  @Test
  void acceptsWhatWasWrittenAndReadInOrder() {
    assertClean(written().audit(100, 101, 102), ONE_BROKER);
  }

  @Test
  void findsAnAcknowledgedRecordThatIsGoneFromTheEnd() {
    assertOnly(Kind.LOST, written().audit(100, 101));
  }

  @Test
  void findsAnAcknowledgedRecordWhosePlaceAnotherTook() {
    assertOnly(Kind.LOST, written().unknown(103).audit(100, 101, 103));
  }

  @Test
  void findsARecordThatWasServedAndIsGoneThoughNobodyHadAnAcknowledgement() {
    assertOnly(
        Kind.LOST,
        written().unknown(103).asks(1, 0, 4).reads(1, 0, 100, 101, 102, 103).audit(100, 101, 102));
  }

  @Test
  void findsARecordThatWasReadOnceAndLostBeforeTheEnd() {
    assertOnly(Kind.LOST, written().asks(1, 0, 3).reads(1, 0, 100, 101, 102).audit(100, 101));
  }

  @Test
  void findsADuplicate() {
    assertOnly(Kind.DUPLICATED, written().audit(100, 101, 102, 101));
  }

  @Test
  void acceptsADuplicateThatWasUnderWayWhenItsProducerGaveUpAnEarlierRecord() {
    Story story = new Story().producer(1, EXACTLY_ONCE).givenUp(100, 0).givenUp(101, 0);
    assertClean(story.audit(100, 101, 101), CLUSTER);
  }

  @Test
  void acceptsTheAcknowledgementOfEitherPlaceOfSuchADuplicate() {
    Story story = new Story().producer(1, EXACTLY_ONCE).givenUp(100, 0);
    assertClean(story.acknowledgedSince(101, 0, 2).audit(100, 101, 101), CLUSTER);
  }

  @Test
  void findsAnAcknowledgementOfAnotherPlaceThanThoseOfSuchADuplicate() {
    Story story = new Story().producer(1, EXACTLY_ONCE).givenUp(100, 0).givenUp(102, 0);
    assertOnly(Kind.OFFSET_CHANGED, story.acknowledgedSince(101, 0, 3).audit(100, 101, 101, 102));
  }

  @Test
  void findsADuplicateThatWasSentAfterItsProducerHadGivenUp() {
    Story story = new Story().producer(1, EXACTLY_ONCE).givenUp(100, 0);
    assertOnly(Kind.DUPLICATED, story.unknown(101).audit(100, 101, 101));
  }

  @Test
  void findsADuplicateThatWasAcknowledgedBeforeItsProducerGaveUp() {
    Story story = new Story().producer(1, EXACTLY_ONCE).acknowledgedSince(101, 0, 1);
    assertOnly(Kind.DUPLICATED, story.givenUp(100, 0).audit(100, 101, 101));
  }

  @Test
  void findsADuplicateOfTheRecordThatWasGivenUpItself() {
    Story story = new Story().producer(1, EXACTLY_ONCE).givenUp(100, 0);
    assertOnly(Kind.DUPLICATED, story.audit(100, 100));
  }

  @Test
  void findsADuplicateWhileAnotherProducerGivesUp() {
    Story story = new Story().producer(1, EXACTLY_ONCE).producer(2, EXACTLY_ONCE);
    assertOnly(Kind.DUPLICATED, story.givenUp(100, 0).givenUp(201, 0).audit(100, 201, 201));
  }

  @Test
  void acceptsDuplicatesOfAProducerThatWasPromisedNone() {
    Story story = written().producer(2, LEADER_ONLY).acknowledged(200, 3).acknowledged(201, 4);
    assertClean(story.audit(100, 101, 102, 201, 200, 200), CLUSTER);
  }

  @Test
  void findsRecordsInAnotherOrderThanTheyWereSent() {
    Story story = new Story().producer(1, EXACTLY_ONCE);
    assertOnly(Kind.REORDERED, story.unknown(100).unknown(101).audit(101, 100));
  }

  @Test
  void findsAnEndBelowWhatTheConsumerWasToldBefore() {
    assertOnly(Kind.STALE, written().asks(1, 3, 3).asks(1, 2, 2).audit(100, 101, 102), CLUSTER);
  }

  @Test
  void findsAnEndBelowWhatTheConsumerHadRead() {
    assertOnly(
        Kind.STALE,
        written().asks(1, 0, 2).reads(1, 0, 100, 101, 102).asks(1, 2, 2).audit(100, 101, 102),
        CLUSTER);
  }

  @Test
  void findsAnEndBelowWhatAnotherClientHadAnAcknowledgementFor() {
    assertOnly(Kind.STALE, written().asks(1, 2, 2).audit(100, 101, 102), ONE_BROKER);
  }

  @Test
  void findsAnEndBelowWhatAnotherClientHadRead() {
    assertOnly(
        Kind.STALE,
        written()
            .unknown(103)
            .asks(1, 0, 4)
            .reads(1, 0, 100, 101, 102, 103)
            .asks(2, 3, 3)
            .audit(100, 101, 102, 103),
        ONE_BROKER);
  }

  @Test
  void letsABrokerThatWasCutOffAnswerAnotherClientFromThePast() {
    assertClean(written().asks(1, 2, 2).audit(100, 101, 102), CLUSTER);
  }

  @Test
  void findsTwoReadsThatDisagreeAboutAnOffset() {
    assertOnly(
        Kind.OFFSET_CHANGED,
        written()
            .unknown(103)
            .unknown(104)
            .asks(1, 3, 4)
            .reads(1, 3, 103)
            .audit(100, 101, 102, 104));
  }

  @Test
  void findsAReadThatDisagreesWithAnAcknowledgementAboutAnOffset() {
    Story story = new Story().producer(1, EXACTLY_ONCE).producer(2, EXACTLY_ONCE);
    assertOnly(Kind.OFFSET_CHANGED, story.acknowledged(100, 0).unknown(200).audit(200, 100));
  }

  @Test
  void findsAGap() {
    Story story = new Story().producer(1, EXACTLY_ONCE).acknowledged(100, 0).acknowledged(101, 2);
    assertOnly(Kind.GAP, story.asks(1, 0, 3).reads(1, 0, 100).reads(1, 2, 101));
  }

  @Test
  void findsALogThatBeginsTooLate() {
    Story story = new Story().producer(1, EXACTLY_ONCE).unknown(100).acknowledged(101, 1);
    assertOnly(Kind.GAP, story.asks(1, 0, 2).reads(1, 1, 101));
  }

  @Test
  void findsARecordThatNobodySent() {
    assertOnly(Kind.UNWRITTEN, written().audit(100, 101, 102, 150));
  }

  @Test
  void findsBytesOfNobody() {
    assertOnly(Kind.UNWRITTEN, written().audit(100, 101, 102, -1));
  }

  @Test
  void findsARecordThatHadNeverLeftItsProducer() {
    assertOnly(Kind.UNWRITTEN, written().failed(103).audit(100, 101, 102, 103));
  }

  @Test
  void findsARecordThatWasReadBeforeItWasSent() {
    assertOnly(
        Kind.UNWRITTEN,
        written().asks(1, 3, 3).reads(1, 3, 103).acknowledged(103, 3).audit(100, 101, 102, 103),
        CLUSTER);
  }

  @Test
  void findsThatTheEndWasNotReadAfterTheLastWrite() {
    assertOnly(Kind.INCOMPLETE, written().audit(100, 101, 102).acknowledged(103, 3));
  }

  @Test
  void findsThatTheBeginningWasNotRead() {
    assertOnly(Kind.INCOMPLETE, written().asks(1, 1, 3).reads(1, 1, 101, 102));
  }

  @Test
  void findsARecordThatTheGroupPassedOver() {
    assertOnly(
        Kind.GROUP_MISSED,
        written()
            .resumes(1, 0)
            .processes(1, 0, 100)
            .processes(1, 2, 102)
            .commits(1, 3)
            .audit(100, 101, 102));
  }

  @Test
  void findsAMemberThatGoesOnBehindWhatWasCommitted() {
    assertOnly(
        Kind.GROUP_MISSED,
        written()
            .resumes(1, 0)
            .processes(1, 0, 100, 101)
            .commits(1, 1)
            .resumes(2, 2)
            .processes(2, 2, 102)
            .audit(100, 101, 102));
  }

  @Test
  void findsAnEndThatTheGroupNeverProcessed() {
    assertOnly(
        Kind.GROUP_MISSED,
        written().resumes(1, 0).processes(1, 0, 100, 101).commits(1, 2).audit(100, 101, 102));
  }

  @Test
  void findsAMemberThatGoesOnBeforeWhatWasCommitted() {
    assertOnly(
        Kind.GROUP_REPEATED,
        written()
            .resumes(1, 0)
            .processes(1, 0, 100, 101)
            .commits(1, 1)
            .commits(1, 2)
            .resumes(2, 1)
            .processes(2, 1, 101, 102)
            .audit(100, 101, 102));
  }

  @Test
  void findsAGroupWhoseCommitsAreForgotten() {
    assertOnly(
        Kind.GROUP_REPEATED,
        written()
            .resumes(1, 0)
            .processes(1, 0, 100, 101, 102)
            .commits(1, 3)
            .resumes(2, 0)
            .processes(2, 0, 100, 101, 102)
            .audit(100, 101, 102));
  }

  @Test
  void findsAMemberThatGetsTheSameTwice() {
    assertOnly(
        Kind.GROUP_REPEATED,
        written()
            .resumes(1, 0)
            .processes(1, 0, 100, 101)
            .processes(1, 1, 101, 102)
            .audit(100, 101, 102));
  }

  @Test
  void acceptsThatUncommittedWorkIsDoneAgain() {
    assertClean(
        written()
            .resumes(1, 0)
            .processes(1, 0, 100, 101)
            .commits(1, 1)
            .processes(1, 2, 102)
            .resumes(2, 1)
            .processes(2, 1, 101, 102)
            .commits(2, 3)
            .audit(100, 101, 102),
        ONE_BROKER);
  }

  @Test
  void acceptsBothFatesOfACommitWithoutAnAnswer() {
    for (long offset : new long[] {1, 2}) {
      Story story =
          written().resumes(1, 0).processes(1, 0, 100, 101, 102).commits(1, 1).commitsInVain(1, 2);
      story.resumes(2, offset);
      assertClean(story.audit(100, 101, 102), ONE_BROKER);
    }
  }

  @Test
  void acceptsBothFatesOfAWriteWithoutAnAnswer() {
    assertClean(written().unknown(103).audit(100, 101, 102), ONE_BROKER);
    assertClean(written().unknown(103).audit(100, 101, 102, 103), ONE_BROKER);
  }

  @Test
  void countsWhatAcks1LostButAllowsIt() {
    Story story = new Story().producer(2, LEADER_ONLY).acknowledged(200, 0).acknowledged(201, 1);
    Report report = HistoryChecker.check(story.audit(200), CLUSTER);
    assertThat(report.isClean()).as(report.text()).isTrue();
    assertThat(report.totals().leaderOnly()).isEqualTo(2);
    assertThat(report.totals().leaderOnlyLost()).isEqualTo(1);
  }

  @Test
  void refusesAHistoryThatTellsOfARecordTwice() {
    assertThatThrownBy(() -> HistoryChecker.check(written().unknown(102), CLUSTER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("p1-2");
  }

  @Test
  void namesWhatItFound() {
    assertThat(HistoryChecker.check(written().audit(100, 101), ONE_BROKER).text())
        .contains("3 records acknowledged")
        .contains("LOST: 1")
        .contains("partition 0: p1-2 was acknowledged at offset 2")
        .endsWith("PROMISES WERE BROKEN");
  }

  /** Three records of producer 1. */
  private static Story written() {
    return new Story()
        .producer(1, EXACTLY_ONCE)
        .acknowledged(100, 0)
        .acknowledged(101, 1)
        .acknowledged(102, 2);
  }

  private static void assertClean(Story story, Promises promises) {
    Report report = HistoryChecker.check(story, promises);
    assertThat(report.isClean()).as(report.text()).isTrue();
  }

  private static void assertOnly(Kind kind, Story story) {
    assertOnly(kind, story, CLUSTER);
  }

  private static void assertOnly(Kind kind, Story story, Promises promises) {
    Report report = HistoryChecker.check(story, promises);
    assertThat(report.counts()).as(report.text()).containsOnlyKeys(kind);
  }
}
