package io.myelin.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.sim.SimDisk;
import io.myelin.sim.Simulation;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client is told, and what it can still do, while a disk refuses the broker something. */
final class ShortOfDiskTest {
  private static final long PATIENCE_MS = 60_000;

  private final Simulation simulation = new Simulation(42);
  private final SimDisk disk = simulation.disk();
  private final World world = new World(simulation, UnaryOperator.identity());
  private ClientConnection connection;

  @BeforeEach
  void start() {
    world.broker().start();
    await(world.broker()::isServing);
    makeTopic("t");
    connection =
        ClientConnection.open(world, world.broker(), "client", () -> world.violation("closed"));
    assertThat(produce("t").errorCode()).isEqualTo(Errors.NONE.code());
  }

  @Test
  void aFullDiskRefusesAppendsAndNothingElseUntilThereIsRoom() throws IOException {
    disk.setCapacity(
        disk.totalBytes(SimulatedBroker.LOGS) - disk.usableBytes(SimulatedBroker.LOGS));
    for (int i = 0; i < 3; i++) {
      PartitionProduceResponse refused = produce("t");
      assertThat(refused.errorCode()).isEqualTo(Errors.KAFKA_STORAGE_ERROR.code());
      assertThat(refused.errorMessage()).contains("No room for t-0");
    }
    assertThat(recordsFrom("t", 0)).isOne();

    disk.setCapacity(DiskTrouble.ROOM_BYTES);

    PartitionProduceResponse stored = produce("t");
    assertThat(stored.errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(stored.baseOffset()).isOne();
    assertThat(recordsFrom("t", 0)).isEqualTo(2);
  }

  @Test
  void aPartitionThatCannotBeMadeIsOfflineAndComesBackByItself() {
    disk.faults().failWhen((operation, path) -> path.toString().contains("late-0"));
    makeTopic("late");
    PartitionProduceResponse refused = produce("late");
    assertThat(refused.errorCode()).isEqualTo(Errors.KAFKA_STORAGE_ERROR.code());
    assertThat(produce("t").errorCode()).as("others notice nothing").isZero();
    simulation.runUntil(() -> false, 20_000); // attempts that fail change nothing
    assertThat(produce("late").errorCode()).isEqualTo(Errors.KAFKA_STORAGE_ERROR.code());

    disk.faults().heal();
    await(() -> world.broker().core().partitions().get("late", 0).isOpen());

    assertThat(produce("late").errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(recordsFrom("late", 0)).isOne();
  }

  @Test
  void aDamagedPartitionIsOfflineAndStaysSoUntilAPersonHasLookedAtIt() throws IOException {
    await(world.broker().quiesce()::isDone);
    world.broker().stop();
    disk.deleteIfExists(SimulatedBroker.LOGS.resolve("t-0/00000000000000000000.log"));
    List<String> left = disk.list(SimulatedBroker.LOGS.resolve("t-0"));
    world.broker().start();
    await(world.broker()::isServing);
    connection =
        ClientConnection.open(world, world.broker(), "client", () -> world.violation("closed"));

    simulation.runUntil(() -> false, 20_000);
    assertThat(produce("t").errorCode()).isEqualTo(Errors.KAFKA_STORAGE_ERROR.code());
    assertThat(fetch("t", 0).errorCode()).isEqualTo(Errors.KAFKA_STORAGE_ERROR.code());
    assertThat(disk.list(SimulatedBroker.LOGS.resolve("t-0"))).containsAll(left);
  }

  private void await(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, PATIENCE_MS)).as("in time").isTrue();
  }

  private void makeTopic(String name) {
    TopicMaker maker = new TopicMaker(world, name, 1, Map.of());
    maker.start();
    await(maker::isDone);
  }

  private PartitionProduceResponse produce(String topic) {
    MemoryRecords records =
        MemoryRecords.withRecords(
            Compression.NONE, new SimpleRecord(simulation.clock().wallMs(), null, new byte[100]));
    TopicProduceDataCollection topics = new TopicProduceDataCollection();
    topics.add(
        new TopicProduceData()
            .setName(topic)
            .setPartitionData(List.of(new PartitionProduceData().setIndex(0).setRecords(records))));
    ProduceResponseData answer =
        ask(
            ApiKeys.PRODUCE,
            12,
            new ProduceRequestData().setAcks((short) -1).setTimeoutMs(5000).setTopicData(topics),
            ProduceResponseData.class);
    return answer.responses().iterator().next().partitionResponses().getFirst();
  }

  private FetchResponseData.PartitionData fetch(String topic, long offset) {
    PartitionHistory from = world.history(topic, 0, false);
    FetchRequestData request = Fetches.request(from, offset, 1 << 20, 0, -1);
    return ask(ApiKeys.FETCH, Fetches.VERSION, request, FetchResponseData.class)
        .responses()
        .getFirst()
        .partitions()
        .getFirst();
  }

  private int recordsFrom(String topic, long offset) {
    FetchResponseData.PartitionData data = fetch(topic, offset);
    assertThat(data.errorCode()).isEqualTo(Errors.NONE.code());
    int count = 0;
    for (var batch : ((MemoryRecords) data.records()).batches()) {
      count += batch.countOrNull();
    }
    return count;
  }

  private <T extends ApiMessage> T ask(
      ApiKeys key, int version, ApiMessage request, Class<T> type) {
    AtomicReference<ApiMessage> answer = new AtomicReference<>();
    connection.call(key, (short) version, request, answer::set);
    await(() -> answer.get() != null);
    return type.cast(answer.get());
  }
}
