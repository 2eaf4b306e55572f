package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections on which nothing moves. */
class WatchdogTest extends ConnectionFixture {
  /** A quarter of the idle timeout. */
  private static final int CHECK_SECONDS = 15;

  @Test
  void anIdleConnectionIsClosed() {
    client.passSeconds(20);
    client.send(new ApiVersionsRequest.Builder().build(), 1);
    client.received();
    client.passSeconds(55);
    assertThat(client.channel.isOpen()).isTrue();
    client.passSeconds(25);
    assertThat(client.channel.isOpen()).isFalse();
  }

  @Test
  void ofConnectionsThatAreTooManyThoseAreClosedThatWereQuietForLongest() {
    TestingClient second = new TestingClient(connections);
    TestingClient third = new TestingClient(connections);
    List<TestingClient> all = List.of(client, second, third);
    hear(third);
    passSeconds(all, CHECK_SECONDS);
    hear(second);
    passSeconds(all, CHECK_SECONDS);
    hear(client); // and nobody has looked since
    passSeconds(all, CHECK_SECONDS - 1);

    limitTo(2);
    assertThat(all).extracting(one -> one.channel.isOpen()).containsExactly(true, true, false);
    limitTo(1);
    assertThat(all).extracting(one -> one.channel.isOpen()).containsExactly(true, false, false);

    second.assertClosesWithoutLeaks();
    third.assertClosesWithoutLeaks();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0})
  void withoutAnIdleTimeoutQuietConnectionsStayUntilThereAreTooMany(long connectionsMaxIdleMs) {
    Connections patient =
        new Connections(
            new NetworkConfig(
                connectionsMaxIdleMs,
                config.requestBytesMax(),
                config.requestMemoryBytes(),
                config.requestMemoryWaitMsMax(),
                REQUESTS_MAX,
                KEPT_BYTES_MAX,
                1,
                1),
            TestingApis.of(metadata),
            simulation.clock(),
            RequestObserver.NONE);
    TestingClient busy = new TestingClient(patient);
    TestingClient quiet = new TestingClient(patient);
    hear(busy);
    hear(quiet);
    passSeconds(List.of(busy, quiet), 2_000);
    hear(busy);
    assertThat(quiet.channel.isOpen()).isTrue();

    patient.limit(new ConnectionLimits(1, 99, Map.of(), Integer.MAX_VALUE));

    assertThat(busy.channel.isOpen()).isTrue();
    assertThat(quiet.channel.isOpen()).isFalse();
    busy.assertClosesWithoutLeaks();
    quiet.assertClosesWithoutLeaks();
  }

  private void limitTo(int max) {
    connections.limit(new ConnectionLimits(max, 99, Map.of(), Integer.MAX_VALUE));
  }

  private static void hear(TestingClient from) {
    from.send(new ApiVersionsRequest.Builder().build(), 1);
    from.received();
  }

  private void passSeconds(List<TestingClient> clients, int seconds) {
    for (int i = 0; i < seconds; i++) {
      simulation.runFor(1_000);
      clients.forEach(one -> one.passSeconds(1));
    }
  }

  @Test
  void connectionsThatAnnounceMuchAndSendNothingGoBeforeAnybodyWaitsLong() {
    TestingClient[] hoarders = new TestingClient[6];
    for (int i = 0; i < hoarders.length; i++) {
      hoarders[i] = new TestingClient(connections);
      hoarders[i].send(ByteBuffer.allocate(20).putInt(16_000).array());
    }
    client.send(TestingClient.padded(askProduce(1), 1, 15_000));
    assertThat(produce.calls).isEmpty();
    assertThat(connections.framesWaiting()).isEqualTo(1);

    passSeconds(all(client, hoarders), 3);
    client.channel.runPendingTasks();

    assertThat(connections.framesWaiting()).isZero();
    assertThat(produce.calls).hasSize(1);
    assertThat(hoarders).anyMatch(hoarder -> !hoarder.channel.isOpen());
    produce.call(0).answer().complete(new ProduceResponseData());
    client.received();
    for (TestingClient hoarder : hoarders) {
      hoarder.assertClosesWithoutLeaks();
    }
  }

  private static List<TestingClient> all(TestingClient first, TestingClient... others) {
    List<TestingClient> all = new ArrayList<>(List.of(others));
    all.add(first);
    return all;
  }

  @Test
  void aFrameThatWaitsTooLongForMemoryEndsItsConnection() {
    TestingClient served = new TestingClient(connections);
    served.send(TestingClient.padded(askProduce(1), 1, 95_000)); // its handler takes its time
    client.send(TestingClient.padded(askProduce(1), 1, 15_000));
    assertThat(connections.framesWaiting()).isEqualTo(1);

    client.passSeconds(12);

    assertThat(client.channel.isOpen()).isFalse();
    assertThat(connections.framesWaiting()).isZero();
    assertThat(produce.calls).hasSize(1);
    produce.call(0).answer().complete(new ProduceResponseData());
    served.assertClosesWithoutLeaks();
  }

  @Test
  void aFrameThatWaitsIsServedWhenAnotherConnectionGivesMemoryBack() {
    TestingClient hoarder = new TestingClient(connections);
    hoarder.send(ByteBuffer.allocate(20).putInt(95_000).array());
    client.send(TestingClient.padded(askProduce(1), 1, 15_000));
    assertThat(produce.calls).isEmpty();

    hoarder.assertClosesWithoutLeaks();
    client.channel.runPendingTasks();

    assertThat(produce.calls).hasSize(1);
    produce.call(0).answer().complete(new ProduceResponseData());
    client.received();
  }

  @Test
  void aFrameThatDoesNotArriveEndsItsConnection() {
    client.send(ByteBuffer.allocate(20).putInt(10_000).array());
    client.passSeconds(45);
    assertThat(client.channel.isOpen()).isFalse();
    assertThat(connections.requestMemoryFreeBytes()).isEqualTo(100_000);
  }
}
