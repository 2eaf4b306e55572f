package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.api.ApiHandler.Ordering;
import io.myelin.broker.net.TestingApis.ByHand;
import io.myelin.sim.Simulation;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.junit.jupiter.api.AfterEach;

/** A connection whose handlers answer when a test says so, and nothing of which may be left. */
abstract class ConnectionFixture {
  static final short METADATA = 12;
  static final short PRODUCE = 9;
  static final short FETCH = 12;
  static final int REQUESTS_MAX = 4;
  static final int KEPT_BYTES_MAX = 20_000;

  final ByHand<MetadataRequestData, MetadataResponseData> metadata =
      new ByHand<>(ApiKeys.METADATA, Ordering.PIPELINED, false);
  final ByHand<CreateTopicsRequestData, CreateTopicsResponseData> createTopics =
      new ByHand<>(ApiKeys.CREATE_TOPICS, Ordering.EXCLUSIVE, false);
  final ByHand<ProduceRequestData, ProduceResponseData> produce =
      new ByHand<>(ApiKeys.PRODUCE, Ordering.PIPELINED, true);
  final ByHand<FetchRequestData, FetchResponseData> fetch =
      new ByHand<>(ApiKeys.FETCH, Ordering.PIPELINED, false);

  /** Its clock is the connections'; that of a client's event loop is the client's. */
  final Simulation simulation = new Simulation(1);

  final NetworkConfig config =
      new NetworkConfig(60_000, 100_000, 100_000, 10_000, REQUESTS_MAX, KEPT_BYTES_MAX, 1, 1);
  final Connections connections =
      new Connections(
          config,
          TestingApis.of(metadata, createTopics, produce, fetch),
          simulation.clock(),
          RequestObserver.NONE);
  final TestingClient client = new TestingClient(connections);

  @AfterEach
  void nothingLeaks() {
    client.assertClosesWithoutLeaks();
    assertThat(connections.requestMemoryFreeBytes()).isEqualTo(config.requestMemoryBytes());
    assertThat(connections.count()).isZero();
  }

  static MetadataRequest askMetadata() {
    return MetadataRequest.Builder.allTopics().build(METADATA);
  }

  static MetadataResponseData cluster(String id) {
    return new MetadataResponseData().setClusterId(id);
  }

  static CreateTopicsRequest askCreateTopics() {
    return new CreateTopicsRequest.Builder(new CreateTopicsRequestData()).build((short) 7);
  }

  static ProduceRequest askProduce(int acks) {
    return new ProduceRequest(
        new ProduceRequestData().setAcks((short) acks).setTimeoutMs(1), PRODUCE);
  }

  static FetchRequest askFetch() {
    return new FetchRequest(new FetchRequestData(), FETCH);
  }

  /** Asserts that exactly these answers to Metadata have left. */
  void assertClusters(String... ids) {
    ByteBuffer out = ByteBuffer.wrap(client.received());
    for (String id : ids) {
      var response =
          (MetadataResponse)
              TestingClient.response(
                  out, ApiKeys.METADATA, METADATA, out.getInt(out.position() + 4));
      assertThat(response.data().clusterId()).isEqualTo(id);
    }
    assertThat(out.remaining()).isZero();
  }
}
