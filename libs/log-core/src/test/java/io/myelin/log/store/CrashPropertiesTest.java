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
import net.jqwik.api.Example;
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
  private static final long FIRST_TRANSACTION = 1_000;

  private static final class Crashed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** What must be there: batches by base offset, and how far they are durable. */
  private static final class Model {
    final TreeMap<Long, byte[]> batches = new TreeMap<>();
    final Map<Long, Integer> nextSequence = new HashMap<>();
    long start;
    long startMax;
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

  /** They failed when a life made the operations of its day. */
  @Example
  void runsThatFailedOnceGoWell() throws IOException {
    live(888, 182, Crash.POWER_LOSS);
    live(3194516339058293816L, 185, Crash.POWER_LOSS);
    live(-3527793229213126516L, 176, Crash.POWER_LOSS);
    live(-4649844399100337236L, 280, Crash.POWER_LOSS);
    live(-4974593293367894722L, 198, Crash.POWER_LOSS);
    live(6274047011984446783L, 342, Crash.POWER_LOSS);
    live(8053238427077816757L, 43, Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    live(128259759779017272L, 74, Crash.POWER_LOSS_OF_ALL_UNSYNCED);
    live(3366695884736091461L, 212, Crash.POWER_LOSS);
    live(-7632094236398077085L, 142, Crash.POWER_LOSS);
    live(-263651684782205498L, 353, Crash.POWER_LOSS_OF_ALL_UNSYNCED);
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
      long to = model.start + random.nextLong(model.end - model.start);
      model.startMax = Math.max(model.startMax, to);
      log.advanceLogStart(to);
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
    if (random.nextInt(8) == 0) {
      // A producer of its own, so that no batch of it is found behind the marker.
      for (ValidBatch batch :
          List.of(
              TestBatches.transactional(FIRST_TRANSACTION + offset, 0, 0, 1, T + offset),
              TestBatches.marker(FIRST_TRANSACTION + offset, 0, false, 1, T + offset + 1))) {
        batches.add(batch);
        expected.add(assigned(batch, offset++));
      }
    }
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
      expected.add(assigned(batch, offset));
      offset += records;
    }
    model.inFlight = expected;
    List<AppendResult> results = log.append(batches, 1);
    assertThat(results).allMatch(r -> r instanceof Appended);
    remember(expected);
    model.inFlight = List.of();
  }

  private static byte[] assigned(ValidBatch batch, long offset) {
    byte[] bytes = new byte[batch.sizeInBytes()];
    BatchLayout.assign(batch.buffer(), batch.buffer().position(), offset, 1);
    batch.buffer().get(batch.buffer().position(), bytes);
    return bytes;
  }

  private void remember(List<byte[]> batches) {
    for (byte[] bytes : batches) {
      model.batches.put(model.end, bytes);
      rememberSequence(ByteBuffer.wrap(bytes));
      model.end += BatchLayout.recordCount(ByteBuffer.wrap(bytes), 0);
    }
  }

  private void rememberSequence(ByteBuffer batch) {
    if (BatchLayout.producerId(batch, 0) >= 0 && !isMarker(batch)) {
      model.nextSequence.put(
          BatchLayout.producerId(batch, 0),
          BatchLayout.baseSequence(batch, 0) + BatchLayout.recordCount(batch, 0));
    }
  }

  private static boolean isMarker(ByteBuffer batch) {
    return (BatchLayout.attributes(batch, 0) & BatchLayout.CONTROL_FLAG) != 0;
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
    model.end = end;
    model.durable = Math.min(Math.max(model.durable, model.checkpointed), end);
    model.batches.values().stream().map(ByteBuffer::wrap).forEach(this::rememberSequence);
    model.start = start;
    sameBytes(start);
    sameProducers(start);
    sameAborted(start);
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
      if (info.producerId() >= FIRST_TRANSACTION && info.producerId() - FIRST_TRANSACTION < start) {
        continue; // only its marker may be left, which has no sequence
      }
      assertThat(info.lastSequence() + 1)
          .as("next sequence of producer %d", info.producerId())
          .isEqualTo(model.nextSequence.get(info.producerId()));
    }
    // Those of deleted records are forgotten, also when a power loss brings the records back.
    model.batches.tailMap(Math.max(start, model.startMax), true).values().stream()
        .map(ByteBuffer::wrap)
        .filter(b -> !isMarker(b))
        .map(b -> BatchLayout.producerId(b, 0))
        .filter(p -> p >= 0)
        .distinct()
        .forEach(
            p ->
                assertThat(log.producers())
                    .as("producer %d, log from %d to %d", p, start, model.end)
                    .anyMatch(i -> i.producerId() == p));
    // Producers whose batches are all gone may be forgotten: they start again anywhere.
    model
        .nextSequence
        .keySet()
        .removeIf(p -> log.producers().stream().noneMatch(i -> i.producerId() == p));
  }

  /** The aborted transactions whose records can still be read. */
  private void sameAborted(long start) throws IOException {
    List<ReadResult.AbortedTransaction> found = new ArrayList<>();
    for (Segment segment : ((StoredLog) log).current().segments) {
      segment.transactions.overlapping(start, model.end, found);
    }
    List<Long> aborted =
        model.batches.tailMap(start, false).entrySet().stream()
            .filter(e -> isMarker(ByteBuffer.wrap(e.getValue())))
            .map(Map.Entry::getKey)
            .filter(marker -> marker - 1 >= start)
            .toList();
    assertThat(found.stream().filter(a -> a.firstOffset() >= start))
        .extracting(ReadResult.AbortedTransaction::lastOffset)
        .containsExactlyElementsOf(aborted);
  }

  private void timestampsAreFound(long start, long end) throws IOException {
    if (end > start) {
      long offset = start + random.nextLong(end - start);
      assertThat(log.view().offsetForTimestamp(T + offset).offset()).isEqualTo(offset);
    }
  }
}
