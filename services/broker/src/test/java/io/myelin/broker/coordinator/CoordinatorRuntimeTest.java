package io.myelin.broker.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.coordinator.CoordinatorUnavailable.Reason;
import io.myelin.broker.coordinator.FakeCoordinatorLog.Mode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** The runtime, with the smallest coordinator: a word that is remembered. */
class CoordinatorRuntimeTest {
  private static final int P = 7;
  private static final long TIMEOUT_MS = 5_000;

  private final FakeWorld world = new FakeWorld(1);
  private final FakeCoordinatorLog logs = new FakeCoordinatorLog();
  private final FakeCoordinatorLog.Partition log = logs.partition(P);
  private final CoordinatorRuntime<Word, Ask, String> runtime =
      new CoordinatorRuntime<>(
          new WordShard(), logs, new RuntimeContext("words", world, world, world, TIMEOUT_MS));

  /** {@code parked} waits for somebody to ring. */
  private record Word(String word, Answer<String> parked) {}

  private sealed interface Ask {
    record Say(String word, Answer<String> answer) implements Ask {}

    record Read(Answer<String> answer) implements Ask {}

    record Park(Answer<String> answer) implements Ask {}

    record Ring(boolean written, Answer<String> answer) implements Ask {}

    record Wind(long delayMs, Answer<String> answer) implements Ask {}

    record Explode(Answer<String> answer) implements Ask {}
  }

  private static final class WordShard implements CoordinatorShard<Word, Ask, String> {
    @Override
    public Word empty() {
      return new Word("", null);
    }

    @Override
    public Word replay(Word state, CoordinatorRecord record, long nowMs) {
      String word = new String(record.value(), UTF_8);
      if (word.equals("garbage")) {
        throw new CorruptRecordException("garbage", null);
      }
      return new Word(word, null);
    }

    @Override
    public Decision<Word, String> loaded(Word state, long nowMs) {
      return new Decision<>(state, List.of(), List.of(), List.of());
    }

    @Override
    public Decision<Word, String> decide(Word state, Ask request, long nowMs) {
      return switch (request) {
        case Ask.Say say ->
            new Decision<>(
                new Word(say.word, state.parked),
                List.of(record(say.word)),
                List.of(new Reply<>(say.answer, say.word)),
                List.of());
        case Ask.Read read -> reply(state, read.answer, state.word);
        case Ask.Park park ->
            new Decision<>(new Word(state.word, park.answer), List.of(), List.of(), List.of());
        case Ask.Ring ring ->
            new Decision<>(
                new Word(state.word, null),
                ring.written ? List.of(record("rung")) : List.of(),
                List.of(new Reply<>(state.parked, "rung"), new Reply<>(ring.answer, "ok")),
                List.of());
        case Ask.Wind wind ->
            new Decision<>(
                state,
                List.of(),
                List.of(new Reply<>(wind.answer, "wound")),
                List.of(new TimerEffect.Schedule<>("alarm", wind.delayMs)));
        case Ask.Explode ignored -> throw new IllegalStateException("boom");
      };
    }

    @Override
    public Decision<Word, String> expired(Word state, String timer, long nowMs) {
      return new Decision<>(
          new Word(timer, state.parked), List.of(record(timer)), List.of(), List.of());
    }

    private static Decision<Word, String> reply(Word state, Answer<String> to, String word) {
      return new Decision<>(state, List.of(), List.of(new Reply<>(to, word)), List.of());
    }

    private static CoordinatorRecord record(String word) {
      return new CoordinatorRecord("k".getBytes(UTF_8), word.getBytes(UTF_8));
    }
  }

  private void lead(int epoch) {
    runtime.lead(P, epoch);
    world.run();
  }

  private CompletableFuture<String> say(String word) {
    return run(runtime.submit(P, (Answer<String> a) -> new Ask.Say(word, a)));
  }

  private CompletableFuture<String> read() {
    return run(runtime.submit(P, (Answer<String> a) -> new Ask.Read(a)));
  }

  private CompletableFuture<String> run(CompletionStage<String> stage) {
    world.run();
    return stage.toCompletableFuture();
  }

  private static Reason reason(CompletableFuture<?> failed) {
    try {
      throw new AssertionError("answered: " + failed.get());
    } catch (InterruptedException | ExecutionException e) {
      return ((CoordinatorUnavailable) e.getCause()).reason();
    }
  }

  private String word() {
    return runtime.served(P).committed().state().word;
  }

  @Test
  void refusesPartitionsThatItDoesNotLead() {
    assertThat(reason(say("a"))).isEqualTo(Reason.NOT_COORDINATOR);
  }

  @Test
  void refusesWhileItLoads() {
    log.holdLoads();
    lead(1);
    assertThat(reason(say("a"))).isEqualTo(Reason.LOADING);
    log.finishLoad();
    assertThat(say("b")).isCompletedWithValue("b");
  }

  @Test
  void replaysTheLogWhenItBeginsToLead() {
    lead(1);
    say("before");
    runtime.resign(P);
    lead(2);
    assertThat(read()).isCompletedWithValue("before");
  }

  @Test
  void doesNotServeAPartitionWithACorruptRecord() {
    lead(1);
    say("garbage");
    lead(2);
    assertThat(reason(read())).isEqualTo(Reason.NOT_COORDINATOR);
    assertThat(log.records()).hasSize(1);
  }

  @Test
  void ignoresAnOlderLeadership() {
    lead(2);
    say("a");
    lead(1);
    assertThat(say("b")).isCompletedWithValue("b");
  }

  @Test
  void answersOnlyWhenCommitted() {
    lead(1);
    log.mode(Mode.HOLD);
    CompletableFuture<String> answer = say("a");
    assertThat(answer).isNotDone();
    log.end(Mode.COMMIT);
    world.run();
    assertThat(answer).isCompletedWithValue("a");
  }

  @Test
  void showsUncommittedStateToLaterRequestsButAnswersThemAfterTheCommit() {
    lead(1);
    log.mode(Mode.HOLD);
    say("a");
    CompletableFuture<String> read = read();
    assertThat(read).isNotDone();
    log.end(Mode.COMMIT);
    world.run();
    assertThat(read).isCompletedWithValue("a");
  }

  @Test
  void appendsWhatWasDecidedMeanwhileAsOneBatch() {
    lead(1);
    log.mode(Mode.HOLD);
    say("a");
    CompletableFuture<String> b = say("b");
    CompletableFuture<String> c = say("c");
    log.mode(Mode.COMMIT);
    log.end(Mode.COMMIT);
    world.run();
    assertThat(log.batchSizes()).containsExactly(1, 2);
    assertThat(b).isCompletedWithValue("b");
    assertThat(c).isCompletedWithValue("c");
  }

  @Test
  void returnsToTheCommittedStateWhenTheLogRefuses() {
    lead(1);
    say("a");
    log.mode(Mode.HOLD);
    CompletableFuture<String> b = say("b");
    CompletableFuture<String> c = say("c");
    CompletableFuture<String> read = read();
    log.end(Mode.REFUSE);
    world.run();
    assertThat(reason(b)).isEqualTo(Reason.NOT_WRITTEN);
    assertThat(reason(c)).isEqualTo(Reason.NOT_WRITTEN);
    assertThat(reason(read)).isEqualTo(Reason.NOT_WRITTEN);
    assertThat(read()).isCompletedWithValue("a");
    assertThat(word()).isEqualTo("a");
  }

  @Test
  void parksAnAnswerAgainWhenTheDecisionThatNamedItIsUndone() {
    lead(1);
    CompletableFuture<String> parked = run(runtime.submit(P, Ask.Park::new));
    log.mode(Mode.REFUSE);
    CompletableFuture<String> ring =
        run(runtime.submit(P, (Answer<String> a) -> new Ask.Ring(true, a)));
    assertThat(reason(ring)).isEqualTo(Reason.NOT_WRITTEN);
    assertThat(parked).isNotDone();
    run(runtime.submit(P, (Answer<String> a) -> new Ask.Ring(false, a)));
    assertThat(parked).isCompletedWithValue("rung");
  }

  @Test
  void tellsATooLargeDecisionFromOthers() {
    lead(1);
    log.mode(Mode.TOO_LARGE);
    assertThat(reason(say("a"))).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void writesDecisionsOneByOneOnceABatchWasTooLarge() {
    lead(1);
    log.mode(Mode.HOLD);
    say("a");
    say("b");
    say("c");
    log.end(Mode.COMMIT);
    world.run();
    log.end(Mode.TOO_LARGE);
    world.run();
    say("d");
    say("e");
    say("f");
    log.mode(Mode.COMMIT);
    log.end(Mode.COMMIT);
    world.run();
    assertThat(log.batchSizes()).containsExactly(1, 1, 1, 1);
  }

  @Test
  void loadsThePartitionAnewWhenTheOutcomeOfAnAppendIsUnknown() {
    lead(1);
    CompletableFuture<String> parked = run(runtime.submit(P, Ask.Park::new));
    log.mode(Mode.LOSE_WRITTEN);
    assertThat(reason(say("a"))).isEqualTo(Reason.NOT_COORDINATOR);
    assertThat(reason(parked)).isEqualTo(Reason.NOT_COORDINATOR);
    assertThat(reason(read())).isEqualTo(Reason.NOT_COORDINATOR);
    log.mode(Mode.COMMIT);
    world.advance(1_000);
    assertThat(read()).isCompletedWithValue("a");
  }

  @Test
  void doesNotLoadAnewWhatItHasResigned() {
    lead(1);
    log.mode(Mode.LOSE);
    say("a");
    runtime.resign(P);
    world.advance(60_000);
    assertThat(reason(read())).isEqualTo(Reason.NOT_COORDINATOR);
  }

  @Test
  void waitsLongerBeforeEachLoadWhileTheLogStaysBroken() {
    lead(1);
    log.mode(Mode.LOSE);
    say("a");
    world.advance(1_000);
    say("b");
    world.advance(1_999);
    assertThat(reason(read())).isEqualTo(Reason.NOT_COORDINATOR);
    world.advance(1);
    assertThat(read()).isCompletedWithValue("");
  }

  @Test
  void failsEverybodyWhoWaitsWhenItResigns() {
    lead(1);
    CompletableFuture<String> parked = run(runtime.submit(P, Ask.Park::new));
    log.mode(Mode.HOLD);
    CompletableFuture<String> a = say("a");
    runtime.resign(P);
    world.run();
    assertThat(reason(parked)).isEqualTo(Reason.NOT_COORDINATOR);
    assertThat(reason(a)).isEqualTo(Reason.NOT_COORDINATOR);
  }

  @Test
  void doesNotLetAnswersWaitForALateCommitButKeepsTheDecision() {
    lead(1);
    log.mode(Mode.HOLD);
    CompletableFuture<String> a = say("a");
    world.advance(TIMEOUT_MS);
    assertThat(reason(a)).isEqualTo(Reason.TIMED_OUT);
    log.mode(Mode.COMMIT);
    log.end(Mode.COMMIT);
    assertThat(read()).isCompletedWithValue("a");
  }

  @Test
  void changesNothingWhenADecisionFails() {
    lead(1);
    say("a");
    assertThat(reason(run(runtime.submit(P, Ask.Explode::new)))).isEqualTo(Reason.FAILED);
    assertThat(read()).isCompletedWithValue("a");
    assertThat(runtime.served(P).openAnswers()).isZero();
  }

  @Test
  void decidesOnTimers() {
    lead(1);
    wind(1_000);
    world.advance(999);
    assertThat(word()).isEmpty();
    world.advance(1);
    assertThat(word()).isEqualTo("alarm");
    assertThat(runtime.served(P).armedTimers()).isEmpty();
  }

  @Test
  void replacesATimerOfTheSameName() {
    lead(1);
    wind(1_000);
    world.advance(900);
    wind(1_000);
    world.advance(900);
    assertThat(word()).isEmpty();
  }

  @Test
  void windsATimerAgainWhenItsDecisionIsUndone() {
    lead(1);
    wind(100);
    log.mode(Mode.REFUSE);
    world.advance(100);
    assertThat(runtime.served(P).armedTimers()).containsExactly("alarm");
    log.mode(Mode.COMMIT);
    world.advance(1_000);
    assertThat(word()).isEqualTo("alarm");
  }

  @Test
  void undoesTimersOfDecisionsThatAreUndone() {
    lead(1);
    log.mode(Mode.HOLD);
    say("a");
    wind(60_000);
    log.end(Mode.REFUSE);
    world.run();
    assertThat(runtime.served(P).armedTimers()).isEmpty();
  }

  @Test
  void cancelsTimersWhenItResigns() {
    lead(1);
    wind(100);
    log.mode(Mode.COMMIT);
    runtime.resign(P);
    world.advance(1_000);
    assertThat(log.records()).isEmpty();
  }

  private void wind(long delayMs) {
    run(runtime.submit(P, (Answer<String> a) -> new Ask.Wind(delayMs, a)));
  }
}
