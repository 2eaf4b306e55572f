package io.myelin.log.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.AppendResult;
import io.myelin.log.AppendResult.Appended;
import io.myelin.log.Isolation;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.ValidBatch;
import io.myelin.sim.Crash;
import io.myelin.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * Random lives of a log on a disk that crashes before an arbitrary operation. A failure's seed and
 * step replay it: everything is derived from them.
 */
class CrashPropertiesTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final UUID TOPIC_ID = new UUID(5, 6);
  private static final long T = 1_700_000_000_000L;

  private static final class Crashed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** What must be there: batches by base offset, and how far they are durable. */
  private static final class Model {
    final TreeMap<Long, byte[]> batches = new TreeMap<>();
    final Map<Long, Integer> nextSequence = new HashMap<>();
    long start;
    long end;
    long durable;
    long checkpointed;

    /** Batches of an append that the crash may have caught in the middle. */
    List<byte[]> inFlight = List.of();
  }

  private LogConfig config;
  private Random random;
  private SimDisk disk;
  private TestingWorld world;
  private LogDirectory directory;
  private PartitionLog log;
  private Model model;
  private long operationsLeft;

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void everythingAppendedSurvivesAKill(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 600) int step) throws IOException {
    live(seed, step, Crash.PROCESS_KILL);
  }

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void everythingFlushedSurvivesAPowerLoss(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 600) int step) throws IOException {
    live(seed, step, Crash.POWER_LOSS);
  }

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void everythingFlushedSurvivesThePowerLossThatKeepsNothingElse(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 600) int step) throws IOException {
    live(seed, step, Crash.POWER_LOSS_OF_ALL_UNSYNCED);
  }

  /** Three lives, each ended by a crash, the last one by an orderly stop. */
  private void live(long seed, int step, Crash crash) throws IOException {
    random = new Random(seed);
    config = StoredLogTest.small(3_000, 256);
    if (random.nextInt(3) == 0) {
      config = StoredLogTest.preallocating(config);
    }
    disk = new SimDisk(seed);
    model = new Model();
    for (int life = 0; life < 3; life++) {
      operationsLeft = step;
      disk.faults().failWhen((operation, path) -> crashNow());
      try {
        open();
        run(40);
      } catch (Crashed e) {
        assertThat(operationsLeft).isNegative();
      }
      disk.faults().heal();
      disk.crash(crash);
      open();
      verify(crash);
      disk.crash(Crash.PROCESS_KILL);
    }
    open();
    directory.close();
    open();
    assertThat(directory.wasCleanlyClosed()).isTrue();
    assertThat(log.recoveryPoint()).isEqualTo(model.end);
    verify(Crash.PROCESS_KILL);
  }

  private boolean crashNow() {
    if (--operationsLeft < 0) {
      throw new Crashed();
    }
    return false;
  }

  private void open() throws IOException {
    world = new TestingWorld(disk, random.nextLong());
    directory = world.open(DIRECTORY);
    log = directory.open("t", 0, TOPIC_ID, config);
  }

  private void run(int steps) throws IOException {
    for (int i = 0; i < steps; i++) {
      switch (random.nextInt(12)) {
        case 0 -> flush();
        case 1 -> checkpoint();
        case 2 -> world.runOneWorker();
        case 3 -> world.runWorkers();
        case 4 -> retain();
        case 5 -> world.passTime(2_000);
        default -> append();
      }
    }
  }

  private void flush() throws IOException {
    long flushed = log.flush();
    assertThat(flushed).isEqualTo(model.end);
    model.durable = flushed;
  }

  private void checkpoint() throws IOException {
    long point = log.recoveryPoint();
    directory.checkpoint();
    model.checkpointed = Math.max(model.checkpointed, point);
  }

  private void retain() throws IOException {
    log.advanceHighWatermark(log.view().logEndOffset());
    if (random.nextInt(3) == 0 && model.end > model.start) {
      log.advanceLogStart(model.start + random.nextLong(model.end - model.start));
      model.start = log.view().logStartOffset();
    }
    log.enforceRetention(Runnable::run);
    assertThat(log.view().logStartOffset()).isEqualTo(model.start);
  }

  private void append() {
    List<ValidBatch> batches = new ArrayList<>();
    List<byte[]> expected = new ArrayList<>();
    Map<Long, Integer> sequences = new HashMap<>(model.nextSequence);
    long offset = model.end;
    for (int i = random.nextInt(3); i >= 0; i--) {
      long producer = random.nextInt(4);
      int records = 1 + random.nextInt(4);
      ValidBatch batch;
      if (producer == 0) {
        batch = TestBatches.batch(records, T + offset, random.nextInt(300));
      } else {
        int sequence = sequences.getOrDefault(producer, 0);
        sequences.put(producer, sequence + records);
        batch = TestBatches.idempotent(producer, 0, sequence, records, T + offset);
      }
      batches.add(batch);
      byte[] bytes = new byte[batch.sizeInBytes()];
      BatchLayout.assign(batch.buffer(), batch.buffer().position(), offset, 1);
      batch.buffer().get(batch.buffer().position(), bytes);
      expected.add(bytes);
      offset += records;
    }
    model.inFlight = expected;
    List<AppendResult> results = log.append(batches, 1);
    assertThat(results).allMatch(r -> r instanceof Appended);
    remember(expected);
    model.inFlight = List.of();
  }

  private void remember(List<byte[]> batches) {
    for (byte[] bytes : batches) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      model.batches.put(model.end, bytes);
      int records = BatchLayout.recordCount(buffer, 0);
      long producer = BatchLayout.producerId(buffer, 0);
      if (producer >= 0) {
        model.nextSequence.put(producer, BatchLayout.baseSequence(buffer, 0) + records);
      }
      model.end += records;
    }
  }

  /** Compares the log with the model, and the model continues with what survived. */
  private void verify(Crash crash) throws IOException {
    long end = log.view().logEndOffset();
    long must =
        crash == Crash.PROCESS_KILL ? model.end : Math.max(model.durable, model.checkpointed);
    assertThat(end).as("log end offset").isGreaterThanOrEqualTo(must);
    remember(model.inFlight);
    model.inFlight = List.of();
    assertThat(end).isLessThanOrEqualTo(model.end);
    model.batches.tailMap(end, true).clear();
    model.nextSequence.clear();
    long start = log.view().logStartOffset();
    List<byte[]> survivors = new ArrayList<>(model.batches.values());
    model.end = end;
    model.durable = Math.min(Math.max(model.durable, model.checkpointed), end);
    for (byte[] bytes : survivors) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      long producer = BatchLayout.producerId(buffer, 0);
      if (producer >= 0) {
        model.nextSequence.put(
            producer, BatchLayout.baseSequence(buffer, 0) + BatchLayout.recordCount(buffer, 0));
      }
    }
    model.start = start;
    sameBytes(start);
    sameProducers(start);
    timestampsAreFound(start, end);
  }

  private void sameBytes(long start) throws IOException {
    long next = start;
    while (log.view().read(next, 2_000, true, Isolation.LOG_END)
        instanceof ReadResult.Records records) {
      ByteBuffer content = StoredLogTest.content(records);
      records.slice().release();
      for (RecordBatch batch : MemoryRecords.readableRecords(content).batches()) {
        batch.ensureValid();
        assertThat(batch.baseOffset()).isLessThanOrEqualTo(next);
        byte[] bytes = new byte[batch.sizeInBytes()];
        int from = position(content, batch.baseOffset());
        content.get(from, bytes);
        assertThat(bytes).isEqualTo(model.batches.get(batch.baseOffset()));
        next = batch.nextOffset();
      }
    }
    assertThat(next).isEqualTo(model.end);
  }

  private static int position(ByteBuffer content, long baseOffset) {
    int at = 0;
    while (BatchLayout.baseOffset(content, at) != baseOffset) {
      at += BatchLayout.sizeInBytes(content, at);
    }
    return at;
  }

  private void sameProducers(long start) {
    for (PartitionLog.ProducerInfo info : log.producers()) {
      assertThat(info.lastSequence() + 1)
          .as("next sequence of producer %d", info.producerId())
          .isEqualTo(model.nextSequence.get(info.producerId()));
    }
    model.batches.tailMap(start, true).values().stream()
        .map(ByteBuffer::wrap)
        .map(b -> BatchLayout.producerId(b, 0))
        .filter(p -> p >= 0)
        .distinct()
        .forEach(p -> assertThat(log.producers()).anyMatch(i -> i.producerId() == p));
    // Producers whose batches are all gone may be forgotten: they start again anywhere.
    model
        .nextSequence
        .keySet()
        .removeIf(p -> log.producers().stream().noneMatch(i -> i.producerId() == p));
  }

  private void timestampsAreFound(long start, long end) throws IOException {
    if (end > start) {
      long offset = start + random.nextLong(end - start);
      assertThat(log.view().offsetForTimestamp(T + offset).offset()).isEqualTo(offset);
    }
  }
}
