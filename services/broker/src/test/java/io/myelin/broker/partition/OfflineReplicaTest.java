package io.myelin.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.log.LogConfig;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.ValidBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OfflineReplicaTest {
  private final List<String> lines = new ArrayList<>();
  private final Handler capture =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          lines.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  // Held: a logger that nobody holds would be collected with its handler.
  private final Logger log = Logger.getLogger("io.myelin.broker.partition");
  private final TestingExecutor executor = new TestingExecutor();
  private final List<AppendOutcome> outcomes = new ArrayList<>();
  private final TestingPartitionLog stored = new TestingPartitionLog(LogConfig.DEFAULT);
  private Partition partition;

  @BeforeEach
  void lead() {
    log.addHandler(capture);
    partition =
        new Partition(
            "events",
            new UUID(1, 2),
            0,
            new Shard(executor),
            executor,
            executor,
            new PartitionSettings(LogConfig.DEFAULT, null, 1),
            new Traffic().of("events"),
            () -> {});
    partition.lead(0);
    partition.onOpened(stored);
    executor.runAll();
  }

  @AfterEach
  void stop() {
    log.removeHandler(capture);
  }

  @Test
  void aLogThatFailsInTheBackgroundIsReportedOnceWithItsCause() {
    append();
    assertThat(outcomes).hasOnlyElementsOfType(AppendOutcome.Stored.class);
    stored.failNextFlush = new IOException("Input/output error");
    assertThatThrownBy(stored::flush).isInstanceOf(IOException.class);

    append();
    append();

    assertThat(outcomes.subList(1, 3)).hasOnlyElementsOfType(AppendOutcome.Offline.class);
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .contains("events-0 is offline", "Input/output error", "start again");
  }

  private void append() {
    ValidBatch batch =
        new ValidBatch(
            ByteBuffer.allocate(BatchLayout.HEADER_BYTES),
            1,
            0,
            0,
            0,
            BatchLayout.NO_PRODUCER_ID,
            (short) -1,
            BatchLayout.NO_SEQUENCE,
            (short) 0);
    partition.append(batch, new PendingAppend(true, outcomes::add));
    executor.runAll();
  }
}
