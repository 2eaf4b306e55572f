package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static io.myelin.log.store.TestBatches.idempotent;
import static io.myelin.log.store.TestBatches.marker;
import static io.myelin.log.store.TestBatches.transactional;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.jdk.JdkDisk;
import io.myelin.log.AppendResult;
import io.myelin.log.Isolation;
import io.myelin.log.LogDirectory;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.checkpoint.LeaderEpochCheckpointFile;
import org.apache.kafka.storage.internals.checkpoint.OffsetCheckpointFile;
import org.apache.kafka.storage.internals.checkpoint.PartitionMetadataFile;
import org.apache.kafka.storage.internals.log.EpochEntry;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.ProducerStateManager;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;
import org.apache.kafka.tools.DumpLogSegments;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaReadsOurFilesTest {
  private static final UUID TOPIC_ID = new UUID(0x1234_5678_9abc_4defL, 0x8011_2233_4455_6677L);
  private static final long T = 1_700_000_000_000L;

  @TempDir private Path temporary;
  private Path folder;
  private TestingWorld world;
  private LogDirectory directory;
  private PartitionLog log;

  @BeforeEach
  void open() throws IOException {
    folder = temporary.resolve("logs/t-0");
    start();
  }

  private void start() throws IOException {
    world = new TestingWorld(new JdkDisk(), 1);
    directory = world.open(temporary.resolve("logs"));
    log = directory.open("t", 0, TOPIC_ID, StoredLogTest.small(20_000, 1024));
  }

  private void write() {
    for (int i = 0; i < 150; i++) {
      log.append(
          List.of(
              batch(3, T + 10 * i, 100),
              idempotent(9, 0, 2 * i, 2, T + 10 * i + 5),
              transactional(8, 0, 4 * i, 4, T + 10 * i + 7)),
          1 + i / 50);
      log.append(List.of(marker(8, 0, i % 2 == 0, 1, T + 10 * i + 9)), 1 + i / 50);
    }
    log.advanceHighWatermark(log.view().logEndOffset());
  }

  private List<File> files(String suffix) {
    File[] found = folder.toFile().listFiles((d, name) -> name.endsWith(suffix));
    return List.of(found).stream().sorted().toList();
  }

  /** Everything the tool says, standard error included; it must not find anything wrong. */
  private String dump(String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.add("--files");
    List<File> all = new ArrayList<>();
    for (String suffix : List.of(".log", ".index", ".timeindex", ".txnindex", ".snapshot")) {
      all.addAll(files(suffix));
    }
    arguments.add(String.join(",", all.stream().map(File::getPath).toList()));
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    try (PrintStream saidTo = new PrintStream(said, true, StandardCharsets.UTF_8);
        PrintStream complainedTo = new PrintStream(complained, true, StandardCharsets.UTF_8)) {
      System.setOut(saidTo);
      System.setErr(complainedTo);
      DumpLogSegments.main(arguments.toArray(String[]::new));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    String complaints = complained.toString(StandardCharsets.UTF_8);
    // The tool of 4.3 says of each segment, Kafka's own too, that its first offset follows -1.
    assertThat(complaints.lines())
        .allMatch(
            l -> l.startsWith("Non-consecutive offsets in") || l.startsWith("  -1 is followed by"));
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void dumpToolReadsAllFilesWithoutAComplaint() throws IOException {
    write();
    world.runWorkers();
    directory.close();

    String said = dump("--deep-iteration");
    assertThat(files(".log").size()).isGreaterThan(3);
    assertThat(files(".txnindex")).isNotEmpty();
    assertThat(said)
        .contains("producerId: 8")
        .contains("isTransactional: true")
        .contains("isvalid: true")
        .doesNotContain("isvalid: false");
    assertThat(dump("--index-sanity-check")).contains("passed sanity check");
    assertThat(dump("--verify-index-only")).isNotEmpty();
  }

  @Test
  void indexesHaveTheirTrueSizeAndNameRealBatches() throws IOException {
    write();
    world.runWorkers();
    directory.close();

    assertThat(files(".index")).hasSameSizeAs(files(".log"));
    assertThat(files(".timeindex")).hasSameSizeAs(files(".log"));
    for (File index : files(".index")) {
      assertThat(index.length() % OffsetIndex.ENTRY_BYTES).isZero();
      assertThat(index.length()).isLessThan(400);
    }
  }

  @Test
  void dumpToolReadsWhatAKilledProcessLeft() throws IOException {
    write();

    assertThat(dump("--deep-iteration")).contains("isvalid: true").doesNotContain("isvalid: false");
  }

  @Test
  void recordsReadByKafkaAreTheOnesAppended() throws IOException {
    write();
    long end = 0;
    for (File file : files(".log")) {
      try (FileRecords records = FileRecords.open(file)) {
        for (var batch : records.batches()) {
          batch.ensureValid();
          assertThat(batch.baseOffset()).isEqualTo(end);
          end = batch.nextOffset();
        }
      }
    }
    assertThat(end).isEqualTo(log.view().logEndOffset());
  }

  @Test
  void snapshotsAndCheckpointsAreKafkas() throws IOException {
    write();
    long end = log.view().logEndOffset();
    world.runWorkers();
    directory.close();

    File newest = files(".snapshot").getLast();
    var entries = ProducerStateManager.readSnapshot(newest);
    assertThat(newest.getName()).isEqualTo(FileNames.of(end, ".snapshot"));
    assertThat(entries).extracting(e -> e.producerId()).containsOnly(8L, 9L);
    // Kafka, too, takes the last of a producer's entries.
    assertThat(entries.stream().filter(e -> e.producerId() == 9).toList().getLast())
        .matches(e -> e.lastDataOffset() > end - 10 && e.producerEpoch() == 0);
    LogDirFailureChannel channel = new LogDirFailureChannel(1);
    File epochs = new File(folder.toFile(), "leader-epoch-checkpoint");
    assertThat(new LeaderEpochCheckpointFile(epochs, channel).read())
        .containsExactly(new EpochEntry(1, 0), new EpochEntry(2, 500), new EpochEntry(3, 1000));
    assertThat(offsets("recovery-point-offset-checkpoint")).isEqualTo(end);
    assertThat(offsets("replication-offset-checkpoint")).isEqualTo(end);
    assertThat(
            new PartitionMetadataFile(folder.resolve("partition.metadata").toFile(), channel)
                .read()
                .topicId())
        .isEqualTo(new Uuid(TOPIC_ID.getMostSignificantBits(), TOPIC_ID.getLeastSignificantBits()));
    assertThat(Files.readString(temporary.resolve("logs/meta.properties")))
        .contains("version=1", "cluster.id=cluster", "node.id=1", "directory.id=");
    assertThat(temporary.resolve("logs/.kafka_cleanshutdown")).exists();
  }

  private long offsets(String file) throws IOException {
    return new OffsetCheckpointFile(
            temporary.resolve("logs/" + file).toFile(), new LogDirFailureChannel(1))
        .read()
        .get(new TopicPartition("t", 0));
  }

  @Test
  void kafkaOpensOurLogAfterAKill() throws Exception {
    write();

    try (UnifiedLog kafka = openWithKafka(false)) {
      assertThat(kafka.logEndOffset()).isEqualTo(log.view().logEndOffset());
    }
  }

  @Test
  void kafkaOpensOurLogAfterACleanStop() throws Exception {
    write();
    directory.close();

    try (UnifiedLog kafka = openWithKafka(true)) {
      assertThat(kafka.logEndOffset()).isEqualTo(log.view().logEndOffset());
      assertThat(kafka.latestEpoch()).hasValue(3);
    }
  }

  @Test
  void weOpenALogThatKafkaWrote() throws Exception {
    directory.delete("t", 0);
    Files.createDirectories(folder);
    long end;
    try (UnifiedLog kafka = openWithKafka(false)) {
      for (int i = 0; i < 200; i++) {
        kafka.appendAsLeader(
            MemoryRecords.withIdempotentRecords(
                0L, Compression.NONE, 9, (short) 0, 3 * i, 2, record(i), record(i), record(i)),
            2);
      }
      end = kafka.logEndOffset();
    }
    assertThat(files(".log").size()).isGreaterThan(2);

    log = directory.open("t", 0, TOPIC_ID, StoredLogTest.small(20_000, 1024));

    assertThat(log.view().logEndOffset()).isEqualTo(end);
    assertThat(log.view().latestEpoch()).isEqualTo(2);
    assertThat(log.view().offsetForTimestamp(T + 100).offset()).isEqualTo(300);
    assertThat(log.append(List.of(idempotent(9, 0, 597, 3, T)), 2).getFirst())
        .isEqualTo(new AppendResult.Duplicate(end - 3, end - 1, T + 199));
    ReadResult.Records read =
        (ReadResult.Records) log.view().read(301, 10_000, true, Isolation.LOG_END);
    assertThat(StoredLogTest.content(read).getLong(0)).isEqualTo(300);
    read.slice().release();
  }

  private static SimpleRecord record(int i) {
    return new SimpleRecord(T + i, ("k" + i).getBytes(StandardCharsets.UTF_8), new byte[100]);
  }

  private UnifiedLog openWithKafka(boolean clean) throws IOException {
    Properties properties = new Properties();
    properties.put("segment.bytes", "1048576");
    properties.put("internal.segment.bytes", "20000");
    properties.put("index.interval.bytes", "1024");
    KafkaScheduler scheduler = new KafkaScheduler(1);
    scheduler.startup();
    return UnifiedLog.create(
        folder.toFile(),
        new LogConfig(properties),
        0,
        0,
        scheduler,
        new BrokerTopicStats(),
        Time.SYSTEM,
        60_000,
        new ProducerStateManagerConfig(86_400_000, false),
        600_000,
        new LogDirFailureChannel(1),
        clean,
        Optional.of(
            new Uuid(TOPIC_ID.getMostSignificantBits(), TOPIC_ID.getLeastSignificantBits())));
  }
}
