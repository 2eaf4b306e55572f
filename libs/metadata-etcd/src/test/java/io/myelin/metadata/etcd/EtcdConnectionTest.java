package io.myelin.metadata.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.Client;
import io.grpc.Status;
import io.myelin.env.Scheduler;
import io.myelin.sim.Simulation;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attempts that go as a test says, in simulated time; no member is asked. */
class EtcdConnectionTest {
  private static final long LIMIT_MS = 1_100;

  private final Simulation simulation = new Simulation(1);
  private final Scheduler scheduler = simulation.environment().scheduler();
  private final EtcdConnection connection =
      new EtcdConnection(
          new EtcdSettings(List.of(URI.create("http://nowhere:2379")), "/myelin/"),
          simulation.environment());

  @AfterEach
  void close() {
    connection.close();
    simulation.runFor(1);
  }

  /** The attempts of a call, in their order; the last one is repeated. */
  @SafeVarargs
  private CompletableFuture<String> call(Function<Client, CompletableFuture<String>>... attempts) {
    Queue<Function<Client, CompletableFuture<String>>> left = new ArrayDeque<>(List.of(attempts));
    CompletableFuture<String> answer =
        connection.call(
            "ask",
            LIMIT_MS,
            client -> (left.size() > 1 ? left.poll() : left.element()).apply(client));
    assertThat(simulation.runUntil(answer::isDone, 10_000)).as("answered").isTrue();
    return answer;
  }

  private static CompletableFuture<String> silent(Client client) {
    return new CompletableFuture<>();
  }

  private static CompletableFuture<String> refused(Client client) {
    return CompletableFuture.failedFuture(
        Status.UNAVAILABLE
            .withDescription("io exception")
            .withCause(new ConnectException("Connection refused"))
            .asRuntimeException());
  }

  private CompletableFuture<String> answersAfter(long ms) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    scheduler.after(ms, () -> answer.complete("answer"));
    return answer;
  }

  private static String failure(CompletableFuture<String> answer) {
    assertThat(answer).failsWithin(Duration.ZERO);
    return answer.exceptionNow().getMessage();
  }

  @Test
  void aMemberHasAllOfItsTimeHoweverLongItTookToAskIt() {
    CompletableFuture<String> answer =
        call(
            client -> {
              simulation.charge(TimeUnit.MILLISECONDS.toNanos(2 * LIMIT_MS));
              return answersAfter(EtcdConnection.ATTEMPT_MS_MAX - 1);
            });

    assertThat(answer).isCompletedWithValue("answer");
  }

  @Test
  void aCallThatEndsInSilenceNamesWhatWasSaidBefore() {
    CompletableFuture<String> answer =
        call(EtcdConnectionTest::refused, EtcdConnectionTest::silent);

    assertThat(failure(answer))
        .contains("no answer within")
        .contains("before that: UNAVAILABLE: io exception: Connection refused");
  }

  @Test
  void aSilentCallNamesWhatAnEarlierOneWasTold() {
    call(EtcdConnectionTest::refused);

    CompletableFuture<String> answer = call(EtcdConnectionTest::silent);

    assertThat(failure(answer)).contains("before that: UNAVAILABLE: io exception: Connection");
  }

  @Test
  void whatWasSaidBeforeAnAnswerIsOver() {
    call(EtcdConnectionTest::refused);
    call(client -> answersAfter(1));

    CompletableFuture<String> answer = call(EtcdConnectionTest::silent);

    assertThat(failure(answer)).contains("no answer within").doesNotContain("Connection refused");
  }
}
