package io.myelin.broker.coordinator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Partitions in memory that survive the coordinators on them; commits and fails as told. */
public final class FakeCoordinatorLog implements CoordinatorLog.Opener {
  private final Map<Integer, Partition> partitions = new HashMap<>();

  /** What happens to the records of an append. */
  public enum Mode {
    COMMIT,
    HOLD,
    REFUSE,
    TOO_LARGE,
    /** Written, but this leader does not learn it. */
    LOSE_WRITTEN,
    /** Not written, and this leader does not learn that either. */
    LOSE
  }

  public Partition partition(int partition) {
    return partitions.computeIfAbsent(partition, p -> new Partition());
  }

  @Override
  public CoordinatorLog open(int partition, int leaderEpoch) {
    Partition log = partition(partition);
    log.epoch = leaderEpoch;
    log.held = null;
    return log.lead(leaderEpoch);
  }

  /** One partition, whoever leads it. */
  public static final class Partition {
    private final List<CoordinatorRecord> records = new ArrayList<>();
    private final List<Integer> batchSizes = new ArrayList<>();
    private Mode mode = Mode.COMMIT;
    private boolean holdsLoads;
    private Runnable heldLoad = () -> {};
    private Held held;
    private int epoch;

    private record Held(List<CoordinatorRecord> records, CompletableFuture<Long> done) {}

    public List<CoordinatorRecord> records() {
      return records;
    }

    public List<Integer> batchSizes() {
      return batchSizes;
    }

    public void mode(Mode newMode) {
      mode = newMode;
    }

    public void holdLoads() {
      holdsLoads = true;
    }

    public void finishLoad() {
      holdsLoads = false;
      heldLoad.run();
    }

    /** What happens to the append that is held. */
    public void end(Mode how) {
      Held one = held;
      held = null;
      end(one, how);
    }

    public boolean holds() {
      return held != null;
    }

    private void end(Held one, Mode how) {
      switch (how) {
        case COMMIT -> {
          write(one.records);
          one.done.complete((long) records.size() - 1);
        }
        case HOLD -> held = one;
        case REFUSE -> fail(one, AppendFailedException.Outcome.NOT_WRITTEN);
        case TOO_LARGE -> fail(one, AppendFailedException.Outcome.TOO_LARGE);
        case LOSE_WRITTEN -> {
          write(one.records);
          fail(one, AppendFailedException.Outcome.UNKNOWN);
        }
        case LOSE -> fail(one, AppendFailedException.Outcome.UNKNOWN);
      }
    }

    private void write(List<CoordinatorRecord> batch) {
      records.addAll(batch);
      batchSizes.add(batch.size());
    }

    private static void fail(Held one, AppendFailedException.Outcome outcome) {
      one.done.completeExceptionally(new AppendFailedException(outcome, "told to fail"));
    }

    private CoordinatorLog lead(int leaderEpoch) {
      return new CoordinatorLog() {
        @Override
        public CompletionStage<Void> load(Sink sink) {
          CompletableFuture<Void> done = new CompletableFuture<>();
          heldLoad =
              () -> {
                try {
                  for (int i = 0; i < records.size(); i++) {
                    sink.record(i, records.get(i));
                  }
                  done.complete(null);
                } catch (RuntimeException e) {
                  done.completeExceptionally(e);
                }
              };
          if (!holdsLoads) {
            heldLoad.run();
          }
          return done;
        }

        @Override
        public CompletionStage<Long> append(long timestampMs, List<CoordinatorRecord> batch) {
          Held one = new Held(batch, new CompletableFuture<>());
          end(one, leaderEpoch == epoch ? mode : Mode.LOSE);
          return one.done;
        }
      };
    }
  }
}
