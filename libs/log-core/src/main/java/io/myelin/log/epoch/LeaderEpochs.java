package io.myelin.log.epoch;

import io.myelin.log.LogView.EpochEnd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which leader epoch began at which offset; both ascend. Immutable.
 *
 * <p>The rules are those of KIP-101 and KIP-279 as Kafka's cache has them.
 */
public final class LeaderEpochs {
  public static final LeaderEpochs NONE = new LeaderEpochs(new int[0], new long[0]);

  private final int[] epochs;
  private final long[] starts;

  private LeaderEpochs(int[] epochs, long[] starts) {
    this.epochs = epochs;
    this.starts = starts;
  }

  /** From a checkpoint: entries in any order; those that contradict later ones are dropped. */
  public static LeaderEpochs of(List<Entry> entries) {
    LeaderEpochs result = NONE;
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(java.util.Comparator.comparingInt(Entry::epoch));
    for (Entry entry : sorted) {
      result = result.with(entry.epoch(), entry.startOffset());
    }
    return result;
  }

  public List<Entry> entries() {
    List<Entry> entries = new ArrayList<>(epochs.length);
    for (int i = 0; i < epochs.length; i++) {
      entries.add(new Entry(epochs[i], starts[i]));
    }
    return entries;
  }

  public boolean isEmpty() {
    return epochs.length == 0;
  }

  /** The latest epoch, -1 if none is known. */
  public int latest() {
    return epochs.length == 0 ? -1 : epochs[epochs.length - 1];
  }

  /**
   * Batches from {@code startOffset} on belong to {@code epoch}; what contradicts that is dropped.
   * Returns this object when nothing changes.
   */
  public LeaderEpochs with(int epoch, long startOffset) {
    if (epoch < 0 || (epoch == latest() && startOffset >= starts[starts.length - 1])) {
      return this;
    }
    int keep = epochs.length;
    while (keep > 0 && (epochs[keep - 1] >= epoch || starts[keep - 1] >= startOffset)) {
      keep--;
    }
    int[] newEpochs = Arrays.copyOf(epochs, keep + 1);
    long[] newStarts = Arrays.copyOf(starts, keep + 1);
    newEpochs[keep] = epoch;
    newStarts[keep] = startOffset;
    return new LeaderEpochs(newEpochs, newStarts);
  }

  /** Without the epochs that begin at {@code endOffset} or behind it. */
  public LeaderEpochs truncatedFromEnd(long endOffset) {
    int keep = epochs.length;
    while (keep > 0 && starts[keep - 1] >= endOffset) {
      keep--;
    }
    return keep == epochs.length
        ? this
        : new LeaderEpochs(Arrays.copyOf(epochs, keep), Arrays.copyOf(starts, keep));
  }

  /** The epoch that {@code startOffset} lies in begins there now; older ones are dropped. */
  public LeaderEpochs truncatedFromStart(long startOffset) {
    int drop = 0;
    while (drop < epochs.length && starts[drop] <= startOffset) {
      drop++;
    }
    if (drop == 0 || (drop == 1 && starts[0] == startOffset)) {
      return this;
    }
    int[] newEpochs = Arrays.copyOfRange(epochs, drop - 1, epochs.length);
    long[] newStarts = Arrays.copyOfRange(starts, drop - 1, starts.length);
    newStarts[0] = startOffset;
    return new LeaderEpochs(newEpochs, newStarts);
  }

  /** Epoch of the record at {@code offset}, -1 if unknown. */
  public int epochFor(long offset) {
    int i = starts.length - 1;
    while (i >= 0 && starts[i] > offset) {
      i--;
    }
    return i < 0 ? -1 : epochs[i];
  }

  /** See {@link io.myelin.log.LogView#endOffsetFor}. */
  public EpochEnd endOffsetFor(int epoch, long logEndOffset) {
    if (epoch < 0 || epoch > latest()) {
      return new EpochEnd(-1, -1);
    }
    if (epoch == latest()) {
      return new EpochEnd(epoch, logEndOffset);
    }
    int higher = 0;
    while (epochs[higher] <= epoch) {
      higher++;
    }
    // Older than all we know: it ended where the first known one begins, as Kafka answers.
    int known = higher == 0 ? epoch : epochs[higher - 1];
    return new EpochEnd(known, starts[higher]);
  }

  /** One line of the checkpoint file. */
  public record Entry(int epoch, long startOffset) {}
}
