package io.myelin.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.controller.session.SessionHost.Registration;
import io.myelin.rpc.controller.v1.SessionRefused.Code;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a broker does that a controller does not take. */
class RefusedBrokerTest extends TwoControllers {
  private CompletableFuture<Long> refusedWith(Code code) {
    first.refusal = Optional.of(new Registration.Refused(code, "because"));
    first.activate(store, 5);
    return remote.register(broker());
  }

  @Test
  void aBrokerOfAnotherClusterStopsAtOnce() {
    CompletableFuture<Long> epoch = refusedWith(Code.CODE_WRONG_CLUSTER);
    await(epoch::isDone);

    assertThat(epoch).isCompletedExceptionally();
    assertThat(events.log).containsExactly("must stop: because");
    simulation.runFor(2_000);
    assertThat(first.registrations).hasSize(1);
  }

  @Test
  void aBrokerWhoseIdIsTakenTriesForAWhileAndStops() {
    CompletableFuture<Long> epoch = refusedWith(Code.CODE_DUPLICATE_BROKER);
    simulation.runFor(10_000);
    assertThat(epoch).as("the other may be the killed process before it").isNotDone();

    await(epoch::isDone);

    assertThat(epoch).isCompletedExceptionally();
    assertThat(events.log).endsWith("must stop: because");
  }

  @Test
  void aBrokerWhoseIdIsFreeAgainIsTaken() {
    CompletableFuture<Long> epoch = refusedWith(Code.CODE_DUPLICATE_BROKER);
    simulation.runFor(3_000);

    first.refusal = Optional.empty();
    await(epoch::isDone);

    assertThat(epoch).isCompleted();
    assertThat(events.log).doesNotContain("must stop: because");
  }

  @Test
  void aNewProcessDoesNotStartOnAStoreThatIsTooOld() {
    CompletableFuture<Long> epoch = refusedWith(Code.CODE_STORE_TOO_OLD);
    simulation.runFor(10_000);
    assertThat(epoch).as("that controller may be one that is cut off").isNotDone();

    await(epoch::isDone);

    assertThat(events.log).endsWith("must stop: because");
  }

  @Test
  void aBrokerThatServesGoesOnWhenTheStoreIsTooOld() {
    goesOnThough(Code.CODE_STORE_TOO_OLD);
  }

  @Test
  void aBrokerThatServesGoesOnWhenTheStoreIsAnotherClusters() {
    goesOnThough(Code.CODE_WRONG_CLUSTER);
  }

  private void goesOnThough(Code refusal) {
    session();
    first.kill();
    second.refusal = Optional.of(new Registration.Refused(refusal, "because"));
    second.activate(store, 6);

    await(() -> events.log.contains("refused: because"));

    second.refusal = Optional.empty();
    await(createTopic("events")::isDone);
    assertThat(events.log).doesNotContain("must stop: because");
  }
}
