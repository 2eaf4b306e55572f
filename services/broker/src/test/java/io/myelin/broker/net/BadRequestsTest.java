package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.junit.jupiter.api.Test;

/** What ends a connection, and harms no other. */
class BadRequestsTest extends ConnectionFixture {
  @Test
  void whatIsNotARequestEndsTheConnectionAfterWhatCameBeforeIsAnswered() {
    client.send(askMetadata(), 1);
    client.send(new byte[] {-1, -1, -1, -1, 7, 7});
    client.send(askMetadata(), 2);
    assertThat(metadata.calls).hasSize(1);

    metadata.call(0).answer().complete(cluster("last"));

    assertClusters("last");
    assertThat(client.channel.isOpen()).isFalse();
  }

  @Test
  void requestsThatAreNotServedEndTheConnection() {
    byte[] unknownKey = {0, 0, 0, 8, 0x7F, 0, 0, 0, 0, 0, 0, 1};
    byte[] unservedKey =
        TestingClient.frame(
            new HeartbeatRequest.Builder(new org.apache.kafka.common.message.HeartbeatRequestData())
                .build((short) 4),
            1);
    byte[] oldVersion = {0, 0, 0, 10, 0, 0, 0, 1, 0, 0, 0, 1, -1, -1};
    byte[] newVersion = {0, 0, 0, 10, 0, 0, 0, 99, 0, 0, 0, 1, -1, -1};
    byte[] tooLong = {0, 1, -122, -95};
    byte[] twoGib = {127, -1, -1, -1};
    byte[] empty = {0, 0, 0, 0};
    byte[] cutHeader = {0, 0, 0, 5, 0, 3, 0, 12, 0};
    byte[] cutBody = {0, 0, 0, 11, 0, 3, 0, 12, 0, 0, 0, 1, -1, -1, 0};
    for (byte[] bytes :
        List.of(
            unknownKey,
            unservedKey,
            oldVersion,
            newVersion,
            tooLong,
            twoGib,
            empty,
            cutHeader,
            cutBody)) {
      TestingClient other = new TestingClient(connections);
      other.send(bytes);
      assertThat(other.received()).isEmpty();
      assertThat(other.channel.isOpen()).isFalse();
      other.assertClosesWithoutLeaks();
    }
    assertThat(client.channel.isOpen()).isTrue();
  }

  @Test
  void randomBytesHarmNobody() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      TestingClient other = new TestingClient(connections);
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      if (bytes.length > 8 && random.nextInt(4) > 0) {
        // Plausible enough to get past the first checks.
        ApiKeys key =
            List.of(ApiKeys.METADATA, ApiKeys.PRODUCE, ApiKeys.FETCH, ApiKeys.API_VERSIONS)
                .get(random.nextInt(4));
        ByteBuffer.wrap(bytes)
            .putInt(bytes.length - 4 - random.nextInt(3))
            .putShort(key.id)
            .putShort((short) random.nextInt(key.latestVersion() + 2));
      }
      other.send(bytes);
      other.received();
      for (var handler : List.of(metadata, produce, fetch, createTopics)) {
        handler.calls.forEach(call -> call.answer().complete(null));
        handler.calls.clear();
      }
      other.assertClosesWithoutLeaks();
    }
    client.send(askMetadata(), 1);
    metadata.call(0).answer().complete(cluster("unharmed"));
    assertClusters("unharmed");
  }

  @Test
  void damagedRequestsHarmNobody() {
    byte[] good = TestingClient.padded(askProduce(1), 1, 200);
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      byte[] bad = good.clone();
      for (int i = 0; i < 1 + random.nextInt(3); i++) {
        bad[4 + random.nextInt(bad.length - 4)] = (byte) random.nextInt();
      }
      TestingClient other = new TestingClient(connections);
      other.send(bad);
      other.received();
      for (var handler : List.of(metadata, produce, fetch, createTopics)) {
        handler.calls.forEach(call -> call.answer().complete(null));
        handler.calls.clear();
      }
      other.assertClosesWithoutLeaks();
    }
    assertThat(client.channel.isOpen()).isTrue();
  }
}
