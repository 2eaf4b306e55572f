package io.myelin.system.load;

import io.myelin.system.history.Event;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongUnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads partitions to their ends, one at a time, and records it. Confined to its thread. */
final class PartitionReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final int number;
  private final Surroundings surroundings;
  private final Recorder recorder;
  private final KafkaConsumer<byte[], byte[]> consumer;

  PartitionReader(int number, Surroundings surroundings) {
    this.number = number;
    this.surroundings = surroundings;
    this.recorder = surroundings.recorder();
    this.consumer =
        new KafkaConsumer<>(ClientSettings.reader(surroundings.bootstrap(), "reader-" + number));
  }

  /**
   * Asks for the end and reads up to it.
   *
   * @param fromOfEnd where to begin, given the end
   * @param recordsMax to read; then it gives up
   * @param patience after which it gives up
   * @return the offset that comes next, which is before the end if it gave up
   * @throws org.apache.kafka.common.KafkaException as the consumer does
   */
  long readToEnd(int partition, LongUnaryOperator fromOfEnd, long recordsMax, Duration patience) {
    TopicPartition source = new TopicPartition(surroundings.topic(), partition);
    long deadlineNs = System.nanoTime() + patience.toNanos();
    long startUs = recorder.nowUs();
    long end = consumer.endOffsets(List.of(source)).get(source);
    long endUs = recorder.nowUs();
    long from = fromOfEnd.applyAsLong(end);
    recorder.record(new Event.ReadStarted(number, partition, startUs, endUs, from, end));
    consumer.assign(List.of(source));
    consumer.seek(source, from);
    long next = from;
    while (next < end && next - from < recordsMax && System.nanoTime() < deadlineNs) {
      List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL).records(source);
      long atUs = recorder.nowUs();
      forEachRun(
          records,
          (base, ids) ->
              recorder.record(new Event.RecordsRead(number, partition, atUs, base, ids)));
      next = consumer.position(source);
    }
    return next;
  }

  /** Splits records into runs without holes: their base offset, and which records they are. */
  static void forEachRun(
      List<ConsumerRecord<byte[], byte[]>> records, BiConsumer<Long, long[]> visitor) {
    long[] run = new long[records.size()];
    int size = 0;
    long base = -1;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (size > 0 && record.offset() != base + size) {
        visitor.accept(base, Arrays.copyOf(run, size));
        size = 0;
      }
      if (size == 0) {
        base = record.offset();
      }
      run[size++] = RecordValue.decode(record.value());
    }
    if (size > 0) {
      visitor.accept(base, Arrays.copyOf(run, size));
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
