package io.myelin.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.record.BatchLayout;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.MetadataRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends damaged frames and batches to a whole broker. Prints its seed; a run is repeated with
 * {@code -Dmyelin.fuzz.seed=SEED}, and made longer with {@code -Dmyelin.fuzz.rounds=N}.
 */
final class BadInputFuzzTest {
  private static final String TOPIC = "events";
  private static final String FUZZED = "fuzzed";

  /** A group that no frame is about. */
  private static final String CALM = "calm";

  /** A rebalance may take longer, and so is its answer not waited for. */
  private static final int ANSWER_MS_MAX = 200;

  private static final int ROUNDS = Integer.getInteger("myelin.fuzz.rounds", 1500);

  @TempDir Path directory;

  private final long seed =
      Long.getLong("myelin.fuzz.seed", UUID.randomUUID().getMostSignificantBits());
  private final Random random = new Random(seed);

  private final List<String> unexpected = new CopyOnWriteArrayList<>();

  // Hundreds of refusals are the point here, and not worth a line each. Errors that no part of the
  // broker expects are not. Held: a logger that nobody holds would be collected with its handler.
  private final Logger logger = Logger.getLogger("io.myelin");
  private final Handler capture =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          if (entry.getLevel().intValue() >= Level.SEVERE.intValue()
              || entry.getMessage().toLowerCase(Locale.ROOT).contains("unexpected error")) {
            unexpected.add(entry.getMessage() + ": " + stackTrace(entry.getThrown()));
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private TestingBroker broker;
  private RawClient other;

  @BeforeEach
  void start() throws IOException {
    System.out.println(getClass().getSimpleName() + ": replay with -Dmyelin.fuzz.seed=" + seed);
    logger.setUseParentHandlers(false);
    logger.addHandler(capture);
    broker = new TestingBroker(directory);
    other = new RawClient(broker.address());
    assertThat(other.createTopic(TOPIC)).isEqualTo(Errors.NONE.code());
    assertThat(other.createTopic(FUZZED)).isEqualTo(Errors.NONE.code());
  }

  @AfterEach
  void stopsAndHasMetNothingUnexpected() throws IOException {
    other.close();
    broker.close();
    logger.removeHandler(capture);
    logger.setUseParentHandlers(true);
    assertThat(unexpected).as("seed %d", seed).isEmpty();
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter text = new StringWriter();
    if (thrown != null) {
      thrown.printStackTrace(new PrintWriter(text, true));
    }
    return text.toString();
  }

  @Test
  void damagedFramesDisturbNobody() throws IOException {
    List<byte[]> frames =
        List.of(
            RawClient.frame(
                RawClient.produceRequest(
                    FUZZED, 0, BadInputTest.records(RawClient.batch(Compression.NONE, 2)))),
            RawClient.frame(RawClient.fetchRequest(FUZZED, 0, 0)),
            RawClient.frame(
                new MetadataRequest.Builder(MetadataRequest.Builder.allTopics().build().data())
                    .build((short) 12)),
            RawClient.frame(
                new MetadataRequest.Builder(new MetadataRequestData()).build((short) 8)),
            RawClient.frame(new ApiVersionsRequest(new ApiVersionsRequestData(), (short) 3)));
    for (int round = 0; round < ROUNDS; round++) {
      try (RawClient client = new RawClient(broker.address())) {
        client.send(damagedOneOf(frames));
      } // the broker is left with whatever that was
      if (round % 50 == 0) {
        assertThat(other.latestOffset(TOPIC, 0).offset()).isZero();
      }
    }
    assertThat(other.latestOffset(TOPIC, 0).offset()).isZero();
    assertKafkaAcceptsWhatIsStored();
  }

  @Test
  @Timeout(180)
  void damagedRequestsOfGroupsAndAdministratorsDisturbNobody() throws IOException {
    List<byte[]> frames = new ArrayList<>();
    frames.addAll(RequestSamples.groups("fuzzed-group"));
    frames.addAll(RequestSamples.offsets("fuzzed-group", FUZZED));
    frames.addAll(RequestSamples.topics(FUZZED));
    frames.addAll(RequestSamples.configs(FUZZED));
    frames.addAll(RequestSamples.cluster(FUZZED));
    awaitCoordinator();
    int answers = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] frame = damagedOneOf(frames);
      try (RawClient client = new RawClient(broker.address())) {
        client.send(frame);
        if (isWhole(frame) && client.hears(ANSWER_MS_MAX)) {
          answers++;
        }
      }
      if (round % 50 == 0) {
        assertThat(commit(round)).as("seed %d", seed).isEqualTo(Errors.NONE);
        assertThat(committed()).as("seed %d", seed).isEqualTo(round);
      }
    }
    assertThat(answers).as("requests that were still some").isPositive();
    assertThat(other.latestOffset(TOPIC, 0).offset()).isZero();
  }

  private void awaitCoordinator() throws IOException {
    other.ask(ApiKeys.FIND_COORDINATOR, 4, RequestSamples.findCoordinator(CALM)); // makes its topic
    while (commit(0) != Errors.NONE) {
      assertThat(Thread.interrupted()).as("timed out").isFalse();
    }
  }

  private Errors commit(long offset) throws IOException {
    OffsetCommitResponseData answer =
        other.ask(ApiKeys.OFFSET_COMMIT, 9, RequestSamples.commit(CALM, TOPIC, offset));
    return Errors.forCode(answer.topics().getFirst().partitions().getFirst().errorCode());
  }

  private long committed() throws IOException {
    OffsetFetchResponseData answer =
        other.ask(ApiKeys.OFFSET_FETCH, 9, RequestSamples.fetchOffset(CALM, TOPIC));
    return answer.groups().getFirst().topics().getFirst().partitions().getFirst().committedOffset();
  }

  @Test
  void damagedBatchesAreNeverStored() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      ByteBuffer batch = RawClient.batch(compression(), 1 + random.nextInt(5));
      int at = BatchLayout.ATTRIBUTES + random.nextInt(batch.limit() - BatchLayout.ATTRIBUTES);
      batch.put(at, (byte) (batch.get(at) ^ (1 << random.nextInt(8))));
      assertThat(other.produce(TOPIC, 0, BadInputTest.records(batch)).errorCode())
          .as("bit at %d, round %d, seed %d", at, round, seed)
          .isNotEqualTo(Errors.NONE.code());
    }
    assertThat(other.latestOffset(TOPIC, 0).offset()).isZero();
  }

  @Test
  void ofBatchesWithRightChecksumsAndWrongContentOnlyGoodOnesAreStored() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      ByteBuffer batch = RawClient.batch(compression(), 1 + random.nextInt(5));
      for (int i = random.nextInt(3); i >= 0; i--) {
        int at = BatchLayout.ATTRIBUTES + random.nextInt(batch.limit() - BatchLayout.ATTRIBUTES);
        batch.put(at, (byte) random.nextInt(256));
      }
      other.produce(FUZZED, 0, BadInputTest.records(BadInputTest.sealed(batch)));
    }
    assertKafkaAcceptsWhatIsStored();
  }

  private void assertKafkaAcceptsWhatIsStored() throws IOException {
    long end = other.latestOffset(FUZZED, 0).offset();
    long next = 0;
    while (next < end) {
      FetchResponseData.PartitionData data = other.fetch(FUZZED, 0, next);
      assertThat(data.errorCode()).isEqualTo(Errors.NONE.code());
      long from = next;
      for (RecordBatch batch : ((MemoryRecords) data.records()).batches()) {
        batch.ensureValid();
        assertThat(batch.baseOffset()).as("seed %d", seed).isEqualTo(next);
        // Records of an uncompressed batch may claim any offsets: Kafka takes them, too.
        int records = 0;
        for (Record record : batch) {
          assertThat(record.sizeInBytes()).isPositive();
          records++;
        }
        assertThat(records).as("seed %d", seed).isEqualTo(batch.countOrNull());
        next = batch.lastOffset() + 1;
      }
      assertThat(next).as("seed %d", seed).isGreaterThan(from);
    }
  }

  private byte[] damagedOneOf(List<byte[]> frames) {
    byte[] frame = frames.get(random.nextInt(frames.size())).clone();
    damage(frame, random.nextInt(4) == 0 ? 0 : 4);
    return random.nextInt(4) == 0 ? Arrays.copyOf(frame, random.nextInt(frame.length)) : frame;
  }

  /** Whether the broker knows where it ends. */
  private static boolean isWhole(byte[] frame) {
    return frame.length > 4 && ByteBuffer.wrap(frame).getInt() == frame.length - 4;
  }

  private void damage(byte[] bytes, int from) {
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt(256);
    }
  }

  private Compression compression() {
    return switch (random.nextInt(5)) {
      case 0 -> Compression.gzip().build();
      case 1 -> Compression.snappy().build();
      case 2 -> Compression.lz4().build();
      case 3 -> Compression.zstd().build();
      default -> Compression.NONE;
    };
  }
}
