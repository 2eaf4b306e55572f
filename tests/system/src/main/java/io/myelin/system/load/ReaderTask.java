package io.myelin.system.load;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;

/**
 * Reads to the end again and again: mostly from where it was, now and then from further back, and
 * now and then with a new client that knows nothing of the cluster yet.
 */
final class ReaderTask implements Task {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  // What is read again costs the machine as much as what is new.
  private static final int AGAIN_MAX = 5_000;
  private static final int READS_PER_CLIENT = 50;

  private final int number;
  private final Surroundings surroundings;
  private final Stage stage;
  private final RandomGenerator random;
  private final long[] nextOffsets;

  ReaderTask(
      int number, Surroundings surroundings, int partitions, Stage stage, RandomGenerator random) {
    this.number = number;
    this.surroundings = surroundings;
    this.stage = stage;
    this.random = random;
    this.nextOffsets = new long[partitions];
  }

  @Override
  public void run() throws InterruptedException {
    while (!stage.isOver()) {
      try (PartitionReader reader = new PartitionReader(number, surroundings)) {
        for (int i = 0; i < READS_PER_CLIENT && !stage.isOver(); i++) {
          read(reader, random.nextInt(nextOffsets.length));
          stage.pause(Duration.ofMillis(random.nextInt(200)));
        }
      }
    }
  }

  private void read(PartitionReader reader, int partition) {
    try {
      nextOffsets[partition] =
          reader.readToEnd(partition, end -> from(partition, end), 4 * AGAIN_MAX, PATIENCE);
    } catch (KafkaException e) {
      surroundings.troubles().note("a read failed", e);
    }
  }

  private long from(int partition, long end) {
    long next = Math.min(nextOffsets[partition], end);
    boolean again = random.nextInt(5) == 0;
    return again ? Math.max(0, next - random.nextInt(1, AGAIN_MAX)) : next;
  }
}
