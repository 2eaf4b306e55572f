package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.controller.EndpointProbe.Verdict;
import io.myelin.controller.session.SessionHost.Beat;
import io.myelin.controller.session.SessionHost.Known;
import io.myelin.controller.session.SessionHost.Registration;
import io.myelin.controller.session.SessionHost.Role;
import io.myelin.controller.session.SessionHost.Standing;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller.ConfigChange;
import io.myelin.metadata.Controller.Quorum;
import io.myelin.metadata.Controller.QuorumMember;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.Election.Active;
import io.myelin.metadata.Election.Candidate;
import io.myelin.rpc.Address;
import io.myelin.rpc.controller.v1.SessionRefused.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BrokerSessionsTest extends SimulatedSessions {
  private static final int TIMEOUT_MS = 2000;

  BrokerSessionsTest() {
    super(TIMEOUT_MS, 1);
  }

  private void lead() {
    sessions.leads(controller, "store", 3);
    assertThat(simulation.runUntil(() -> sessions.role() instanceof Role.Active, 1_000)).isTrue();
  }

  private static BrokerRegistration broker(long incarnation) {
    return broker(1, new UUID(0, incarnation), true, "disk");
  }

  private long registered(long incarnation) {
    return registered(broker(incarnation));
  }

  private Standing beat(long epoch, boolean wantsToStop) {
    return await(sessions.heard(1, epoch, new Beat(controller.image().revision(), wantsToStop)));
  }

  private boolean fenced() {
    return controller.image().brokers().get(1).fenced();
  }

  private void awaitFenced(boolean wanted, long limitMs) {
    assertThat(simulation.runUntil(() -> fenced() == wanted, limitMs)).isTrue();
  }

  private void assertRefused(BrokerRegistration broker, Known known, Code code) {
    assertThat(await(sessions.register(broker, known)))
        .isInstanceOfSatisfying(
            Registration.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  @Test
  void aBrokerThatHasTheMetadataMayLead() {
    lead();
    long epoch = registered(1);
    assertThat(fenced()).isTrue();

    assertThat(beat(epoch, false).fenced()).isTrue();

    awaitFenced(false, 1_000);
    assertThat(beat(epoch, false).fenced()).isFalse();
  }

  @Test
  void whoeverFollowsTheMetadataIsToldOfTheRoleBeforeAnybodyCanAskForAChange() {
    List<Role> visible = new ArrayList<>();
    sessions.onRoleChange(
        now -> {
          assertThat(now).isInstanceOf(Role.Active.class);
          visible.add(sessions.role());
        });

    lead();

    assertThat(visible).hasSize(1).allMatch(Role.Standby.class::isInstance);
  }

  @Test
  void aBrokerThatIsUnregisteredWhileItStartsRegistersAnew() {
    lead();
    long epoch = registered(1);
    assertThat(await(controller.unregisterBroker(1))).isInstanceOf(Result.Ok.class);

    long next = registered(1);

    assertThat(next).isGreaterThan(epoch);
    assertThat(controller.image().brokers().get(1).epoch()).isEqualTo(next);
    assertThat(beat(next, false).fenced()).isTrue();
    awaitFenced(false, 1_000);
  }

  @Test
  void aSilentBrokerIsFenced() {
    lead();
    long epoch = registered(1);
    beat(epoch, false);
    awaitFenced(false, 1_000);

    assertThat(simulation.runUntil(this::fenced, TIMEOUT_MS - 300)).isFalse();
    awaitFenced(true, 2 * TIMEOUT_MS);
  }

  @Test
  void aBrokerThatIsGoneIsFencedAtOnce() {
    lead();
    long epoch = registered(1);
    beat(epoch, false);
    awaitFenced(false, 1_000);
    verdict = Verdict.REFUSED;

    sessions.disconnected(1, epoch);

    awaitFenced(true, TIMEOUT_MS / 4);
  }

  @Test
  void aBrokerThatWantsToStopIsDrainedAndMayStop() {
    lead();
    long epoch = registered(1);
    beat(epoch, false);
    awaitFenced(false, 1_000);

    beat(epoch, true);

    assertThat(simulation.runUntil(() -> controller.image().brokers().get(1).draining(), 1_000))
        .isTrue();
    assertThat(beat(epoch, true).mayStop()).isTrue();
  }

  @Test
  void theSameProcessComesBackWithItsEpochAndAnotherOneIsRefused() {
    lead();
    long epoch = registered(1);

    assertRefused(broker(2), nothing(), Code.CODE_DUPLICATE_BROKER);
    sessions.disconnected(1, epoch);
    assertThat(registered(1)).isEqualTo(epoch);
  }

  @Test
  void aProcessWhoseFormerLifeWasRegisteredLateRegistersAnew() {
    lead();
    long epoch = registered(2);
    assertThat(beat(epoch, false).registered()).isTrue();
    simulation.runFor(2 * TIMEOUT_MS);
    long late = registered(1);

    assertThat(beat(epoch, false).registered()).isFalse();

    sessions.disconnected(1, late);
    assertThat(beat(registered(2), false).registered()).isTrue();
  }

  @Test
  void aDirectoryOfAnotherClusterIsRefused() {
    lead();

    assertRefused(broker(1), new Known("other", 0, 0, 0, 0), Code.CODE_WRONG_CLUSTER);
  }

  @Test
  void aStoreThatIsOlderThanWhatABrokerHasSeenIsNotUsed() {
    lead();

    assertRefused(
        broker(1),
        new Known("", 0, controller.image().revision() + 1, 0, 0),
        Code.CODE_STORE_TOO_OLD);
  }

  @Test
  void aStoreOfWhichABrokerHasServedALaterControllerIsNotUsed() {
    lead();
    long epoch = ((Role.Active) sessions.role()).epoch();

    assertRefused(broker(1), new Known("", epoch + 1, 0, 0, 0), Code.CODE_STORE_TOO_OLD);

    assertRefused(broker(1), nothing(), Code.CODE_STORE_TOO_OLD);
  }

  @Test
  void aStandbySaysWhoIsActive() {
    sessions.follows(Optional.of(new Active(new Candidate(8, "there:9244"), 5)));

    assertRefused(broker(1), nothing(), Code.CODE_NOT_ACTIVE);
    assertThat(sessions.role())
        .isEqualTo(new Role.Standby(Optional.of(new Address("there", 9244)), 5));
  }

  @Test
  void brokersWithASessionAreObservers() {
    assertThat(await(sessions.quorum()))
        .isInstanceOfSatisfying(
            Result.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_CONTROLLER));
    lead();
    long epoch = registered(1);
    long heardMs = simulation.clock().wallMs();
    long revision = controller.image().revision();
    await(sessions.heard(1, epoch, new Beat(revision, true)));
    simulation.runFor(100);

    Quorum quorum = ((Result.Ok<Quorum>) await(sessions.quorum())).value();

    assertThat(quorum.leaderId()).isEqualTo(7);
    assertThat(quorum.epoch()).isEqualTo(3);
    assertThat(quorum.observers()).hasSize(1);
    QuorumMember observer = quorum.observers().getFirst();
    assertThat(observer.id()).isEqualTo(1);
    assertThat(observer.revision()).isEqualTo(revision);
    assertThat(observer.lastHeardMs()).isBetween(heardMs, heardMs + 50);
    assertThat(observer.lastCaughtUpMs()).isEqualTo(observer.lastHeardMs());
  }

  @Test
  void nothingIsDecidedOnAStoreThatIsTooOld() {
    lead();
    long epoch = registered(1);
    beat(epoch, false);
    awaitFenced(false, 1_000);
    BrokerRegistration other = broker(2, new UUID(0, 2), true, "disk");
    Known more = new Known("", 0, controller.image().revision() + 1, 0, 0);

    assertRefused(other, more, Code.CODE_STORE_TOO_OLD);

    assertRefused(other, nothing(), Code.CODE_STORE_TOO_OLD);
    simulation.runFor(3 * TIMEOUT_MS);
    assertThat(fenced()).as("although it was silent").isFalse();
    assertThat(await(controller.alterConfigs(List.of(new ConfigChange(KEY, Map.of())))))
        .singleElement()
        .isInstanceOfSatisfying(
            Result.Refused.class,
            refused -> assertThat(refused.message()).contains("restored from an older copy"));
  }

  private static final ConfigKey KEY = new ConfigKey(ConfigKey.Type.BROKER, "");
}
