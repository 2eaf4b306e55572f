package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.message.ProduceResponseData;
import org.junit.jupiter.api.Test;

/** What holds a client back, and what its requests may hold on to. */
class BackpressureTest extends ConnectionFixture {
  @Test
  void noMoreThanTheAllowedNumberOfRequestsIsUnderWay() {
    for (int i = 0; i < REQUESTS_MAX + 2; i++) {
      client.send(askMetadata(), i);
    }
    assertThat(metadata.calls).hasSize(REQUESTS_MAX);
    assertThat(client.channel.config().isAutoRead()).isFalse();

    metadata.call(0).answer().complete(cluster("a"));
    assertClusters("a");
    assertThat(metadata.calls).hasSize(REQUESTS_MAX + 1);
    metadata.call(1).answer().complete(cluster("b"));
    assertClusters("b");
    assertThat(metadata.calls).hasSize(REQUESTS_MAX + 2);
    assertThat(client.channel.config().isAutoRead()).isTrue();
  }

  @Test
  void answersThatTheClientDoesNotReadHoldItBack() {
    client.stopReading();
    for (int i = 0; i < REQUESTS_MAX + 1; i++) {
      client.send(askMetadata(), i);
      if (i < REQUESTS_MAX) {
        metadata.call(i).answer().complete(cluster("c" + i));
      }
    }
    assertThat(metadata.calls).hasSize(REQUESTS_MAX);

    client.resumeReading();

    assertThat(metadata.calls).hasSize(REQUESTS_MAX + 1);
    assertClusters("c0", "c1", "c2", "c3");
  }

  @Test
  void aLargeUnreadAnswerHoldsBackTheNextRequest() {
    client.stopReading();
    client.send(askMetadata(), 1);
    metadata.call(0).answer().complete(cluster("x".repeat(30_000)));
    client.send(askMetadata(), 2);
    metadata.call(1).answer().complete(cluster("y".repeat(31_000)));
    client.send(askMetadata(), 3);
    assertThat(metadata.calls).hasSize(3);
    metadata.call(2).answer().complete(cluster("z".repeat(30_000)));
    client.send(askMetadata(), 4);
    assertThat(metadata.calls).hasSize(3);
    client.resumeReading();
    assertThat(metadata.calls).hasSize(4);
    client.received();
  }

  @Test
  void framesThatHandlersKeepAreBounded() {
    byte[] large = TestingClient.padded(askProduce(1), 1, 15_000);
    client.send(large);
    client.send(large);
    client.send(large);
    assertThat(produce.calls).hasSize(2);
    assertThat(connections.requestMemoryFreeBytes()).isLessThanOrEqualTo(100_000 - 2 * 15_000);

    produce.call(0).answer().complete(new ProduceResponseData());

    assertThat(produce.calls).hasSize(3);
    produce.call(1).answer().complete(new ProduceResponseData());
    produce.call(2).answer().complete(new ProduceResponseData());
    client.received();
  }

  @Test
  void aFrameIsKeptUntilItsHandlerIsDoneEvenIfTheClientIsGone() {
    client.send(TestingClient.padded(askProduce(1), 1, 15_000));
    client.channel.close();
    assertThat(connections.requestMemoryFreeBytes()).isLessThan(100_000);

    produce.call(0).answer().complete(new ProduceResponseData());

    assertThat(connections.requestMemoryFreeBytes()).isEqualTo(100_000);
  }
}
