package io.myelin.system.history;

import io.myelin.system.history.Event.GroupCommitted;
import io.myelin.system.history.Event.GroupProcessed;
import io.myelin.system.history.Event.GroupResumed;
import io.myelin.system.history.Event.Produced;
import io.myelin.system.history.Event.ProducerStarted;
import io.myelin.system.history.Event.ReadStarted;
import io.myelin.system.history.Event.RecordsRead;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The bytes of events, see docs/formats/history.md. Stateful: what repeats is written as the
 * difference to what came before, so events are read in the order in which they were written, with
 * a codec of their own. Not thread-safe.
 */
final class EventCodec {
  private static final int PRODUCER_STARTED = 1;
  private static final int PRODUCED = 2;
  private static final int READ_STARTED = 3;
  private static final int RECORDS_READ = 4;
  private static final int GROUP_RESUMED = 5;
  private static final int GROUP_PROCESSED = 6;
  private static final int GROUP_COMMITTED = 7;

  private static final int FAILED = 0;
  private static final int UNKNOWN = 1;
  private static final int ACKNOWLEDGED = 2;

  private long timeUs;
  private final LongTable numbersProduced = new LongTable(0);
  private final LongTable numbersRead = new LongTable(0);
  private final LongTable offsets = new LongTable(0);

  void write(Event event, DataOutput out) throws IOException {
    switch (event) {
      case ProducerStarted e -> {
        out.writeByte(PRODUCER_STARTED);
        Varints.write(e.producer(), out);
        out.writeByte(e.strength().ordinal());
      }
      case Produced e -> writeProduced(e, out);
      case ReadStarted e -> {
        out.writeByte(READ_STARTED);
        writeTimes(e.startUs(), e.endUs(), e.consumer(), e.partition(), out);
        writeOffset(e.partition(), e.fromOffset(), out);
        writeOffset(e.partition(), e.endOffset(), out);
      }
      case RecordsRead e -> {
        out.writeByte(RECORDS_READ);
        writeTimes(e.atUs(), e.atUs(), e.consumer(), e.partition(), out);
        writeRecords(e.partition(), e.baseOffset(), e.records(), out);
      }
      case GroupResumed e -> {
        out.writeByte(GROUP_RESUMED);
        writeTimes(e.startUs(), e.endUs(), e.member(), e.partition(), out);
        writeOffset(e.partition(), e.offset(), out);
      }
      case GroupProcessed e -> {
        out.writeByte(GROUP_PROCESSED);
        writeTimes(e.atUs(), e.atUs(), e.member(), e.partition(), out);
        writeRecords(e.partition(), e.baseOffset(), e.records(), out);
      }
      case GroupCommitted e -> {
        out.writeByte(GROUP_COMMITTED);
        writeTimes(e.startUs(), e.endUs(), e.member(), e.partition(), out);
        writeOffset(e.partition(), e.offset(), out);
        out.writeBoolean(e.acknowledged());
      }
    }
  }

  private void writeProduced(Produced e, DataOutput out) throws IOException {
    out.writeByte(PRODUCED);
    writeTimes(e.startUs(), e.endUs(), RecordId.producer(e.record()), e.partition(), out);
    writeNumber(e.record(), numbersProduced, out);
    switch (e.outcome()) {
      case Outcome.Failed() -> out.writeByte(FAILED);
      case Outcome.Unknown() -> out.writeByte(UNKNOWN);
      case Outcome.Acknowledged(long offset) -> {
        out.writeByte(ACKNOWLEDGED);
        writeOffset(e.partition(), offset, out);
      }
    }
  }

  private void writeTimes(long startUs, long endUs, int client, int partition, DataOutput out)
      throws IOException {
    Varints.writeSigned(endUs - timeUs, out);
    Varints.write(endUs - startUs, out);
    timeUs = endUs;
    Varints.write(client, out);
    Varints.write(partition, out);
  }

  private void writeOffset(int partition, long offset, DataOutput out) throws IOException {
    Varints.writeSigned(offset - offsets.get(partition), out);
    offsets.set(partition, offset);
  }

  private void writeRecords(int partition, long baseOffset, long[] records, DataOutput out)
      throws IOException {
    writeOffset(partition, baseOffset, out);
    Varints.write(records.length, out);
    for (long record : records) {
      // The producer plus one, so that 0 stands for bytes that are nobody's.
      Varints.write(record < 0 ? 0 : RecordId.producer(record) + 1, out);
      if (record >= 0) {
        writeNumber(record, numbersRead, out);
      }
    }
  }

  private static void writeNumber(long record, LongTable numbers, DataOutput out)
      throws IOException {
    int producer = RecordId.producer(record);
    Varints.writeSigned(RecordId.number(record) - numbers.get(producer), out);
    numbers.set(producer, RecordId.number(record));
  }

  /**
   * @param type the event's first byte
   */
  Event read(int type, DataInput in) throws IOException {
    if (type == PRODUCER_STARTED) {
      return new ProducerStarted(readInt(in), Strength.values()[in.readByte()]);
    }
    timeUs += Varints.readSigned(in);
    long endUs = timeUs;
    long startUs = endUs - Varints.read(in);
    int client = readInt(in);
    int partition = readInt(in);
    return switch (type) {
      case PRODUCED -> {
        long record = readNumber(client, numbersProduced, in);
        yield new Produced(record, partition, startUs, endUs, readOutcome(partition, in));
      }
      case READ_STARTED ->
          new ReadStarted(
              client,
              partition,
              startUs,
              endUs,
              readOffset(partition, in),
              readOffset(partition, in));
      case RECORDS_READ ->
          new RecordsRead(client, partition, endUs, readOffset(partition, in), readRecords(in));
      case GROUP_RESUMED ->
          new GroupResumed(client, partition, startUs, endUs, readOffset(partition, in));
      case GROUP_PROCESSED ->
          new GroupProcessed(client, partition, endUs, readOffset(partition, in), readRecords(in));
      case GROUP_COMMITTED ->
          new GroupCommitted(
              client, partition, startUs, endUs, readOffset(partition, in), in.readBoolean());
      default -> throw new IOException("no event has type " + type + ": the file is damaged");
    };
  }

  private Outcome readOutcome(int partition, DataInput in) throws IOException {
    int outcome = in.readByte();
    return switch (outcome) {
      case FAILED -> new Outcome.Failed();
      case UNKNOWN -> new Outcome.Unknown();
      case ACKNOWLEDGED -> new Outcome.Acknowledged(readOffset(partition, in));
      default -> throw new IOException("no outcome is " + outcome + ": the file is damaged");
    };
  }

  private long readOffset(int partition, DataInput in) throws IOException {
    offsets.set(partition, offsets.get(partition) + Varints.readSigned(in));
    return offsets.get(partition);
  }

  private long[] readRecords(DataInput in) throws IOException {
    long[] records = new long[readInt(in)];
    for (int i = 0; i < records.length; i++) {
      int producer = readInt(in) - 1;
      records[i] = producer < 0 ? RecordId.FOREIGN : readNumber(producer, numbersRead, in);
    }
    return records;
  }

  private static long readNumber(int producer, LongTable numbers, DataInput in) throws IOException {
    numbers.set(producer, numbers.get(producer) + Varints.readSigned(in));
    return RecordId.of(producer, numbers.get(producer));
  }

  private static int readInt(DataInput in) throws IOException {
    return Math.toIntExact(Varints.read(in));
  }
}
