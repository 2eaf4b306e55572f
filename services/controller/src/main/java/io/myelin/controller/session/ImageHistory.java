package io.myelin.controller.session;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher.Changes;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;

/**
 * The newest image, and the last ones before it with what changed, so that a worker that was away
 * for a moment gets the difference. Confined to one thread.
 */
final class ImageHistory {
  /** 1,000 changes: minutes of a busy cluster. Images share nearly everything. */
  private static final int STEPS_MAX = 1_000;

  private final ArrayDeque<Step> steps = new ArrayDeque<>();
  private final Differences differences = new Differences();
  private ClusterImage latest = ClusterImage.empty("");

  private record Step(ClusterImage before, Changes changes) {}

  /** An image that was there, and the names of everything that differs from the latest. */
  record Since(ClusterImage image, Changes changes) {}

  ClusterImage latest() {
    return latest;
  }

  Differences differences() {
    return differences;
  }

  void add(ClusterImage before, ClusterImage now, Changes changes) {
    latest = now;
    steps.add(new Step(before, changes));
    if (steps.size() > STEPS_MAX) {
      steps.poll();
    }
  }

  /** Empty: too long ago. */
  Optional<Since> since(long revision) {
    Changes changes = nothing();
    if (revision == latest.revision()) {
      return Optional.of(new Since(latest, changes));
    }
    for (var newestFirst = steps.descendingIterator(); newestFirst.hasNext(); ) {
      Step step = newestFirst.next();
      add(changes, step.changes);
      if (step.before.revision() == revision) {
        return Optional.of(new Since(step.before, changes));
      }
    }
    return Optional.empty();
  }

  static Changes nothing() {
    return new Changes(new HashSet<>(), new HashSet<>(), new HashSet<>());
  }

  static void add(Changes to, Changes more) {
    to.topics().addAll(more.topics());
    to.configs().addAll(more.configs());
    to.brokers().addAll(more.brokers());
  }
}
