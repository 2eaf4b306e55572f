package io.myelin.broker.session;

import io.myelin.broker.session.SeenMetadata.Mark;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The highest revision that this broker has ever seen of a store, across its lives, as far as that
 * was kept. Confined to the session's executor.
 */
final class SeenRevision {
  /** 5 s: what a crash may forget; a copy of the store that is younger harms little. */
  private static final long KEEP_NS = TimeUnit.SECONDS.toNanos(5);

  private Optional<Mark> formerly = Optional.empty();
  private Optional<Mark> mark = Optional.empty();
  private Consumer<Mark> keep = seen -> {};
  private Optional<Mark> kept = Optional.empty();
  private long keptNs;

  /**
   * @param before what former lives have kept
   * @param how must not block
   */
  void keep(Optional<Mark> before, Consumer<Mark> how) {
    formerly = before;
    mark = before;
    kept = before;
    keep = how;
  }

  Optional<Mark> mark() {
    return mark;
  }

  /** Whether a former life has seen that store. */
  boolean knewBefore(String storeId) {
    return formerly.filter(seen -> seen.storeId().equals(storeId)).isPresent();
  }

  void saw(String storeId, long revision, long nowNs) {
    if (revision == 0) {
      return;
    }
    long before =
        mark.filter(seen -> seen.storeId().equals(storeId)).map(Mark::revision).orElse(0L);
    mark = Optional.of(new Mark(storeId, Math.max(before, revision)));
    if (!mark.equals(kept) && (keptNs == 0 || nowNs - keptNs >= KEEP_NS)) {
      kept = mark;
      keptNs = nowNs;
      keep.accept(mark.get());
    }
  }
}
