package io.myelin.simulation;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** Reads one partition from its beginning to its high watermark and compares with its history. */
final class Auditor extends Client {
  private final PartitionHistory subject;
  private final List<PartitionHistory.Seen> records = new ArrayList<>();
  private long knownEndBefore;
  private long start;
  private long end;
  private boolean done;

  Auditor(World world, PartitionHistory subject) {
    super(world, "auditor-of-" + subject.topic() + "-" + subject.id());
    this.subject = subject;
  }

  boolean isDone() {
    return done;
  }

  @Override
  boolean mayConnect() {
    return world.broker().isServing();
  }

  @Override
  void onConnected() {
    records.clear();
    end = -1;
    knownEndBefore = subject.knownEnd();
    call(
        ApiKeys.LIST_OFFSETS,
        Fetches.LIST_OFFSETS_VERSION,
        Fetches.earliest(subject),
        ListOffsetsResponseData.class,
        answer -> {
          var result = answer.topics().getFirst().partitions().getFirst();
          if (result.errorCode() != 0) {
            later(50, this::reconnect);
          } else {
            start = result.offset();
            read(start);
          }
        });
  }

  private void read(long offset) {
    call(
        ApiKeys.FETCH,
        Fetches.VERSION,
        Fetches.request(subject, offset, 100_000, 0, -1),
        FetchResponseData.class,
        answer -> answered(offset, answer));
  }

  private void answered(long offset, FetchResponseData answer) {
    PartitionData data = answer.responses().getFirst().partitions().getFirst();
    if (data.errorCode() == Errors.OFFSET_OUT_OF_RANGE.code()) {
      later(20, this::reconnect); // deleted meanwhile
      return;
    }
    if (data.errorCode() != 0 || data.highWatermark() < 0) {
      later(50, this::reconnect);
      return;
    }
    if (end < 0) {
      end = data.highWatermark();
    }
    List<PartitionHistory.Seen> part = Fetches.records(data, offset);
    records.addAll(part);
    long next = part.isEmpty() ? offset : part.getLast().offset() + 1;
    if (next >= end) {
      subject.audited(start, Math.max(end, next), records, knownEndBefore);
      done = true;
      stop();
    } else if (part.isEmpty()) {
      world.violation("%s: nothing at %d below %d".formatted(subject, offset, end));
    } else {
      read(next);
    }
  }
}
