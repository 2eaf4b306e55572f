package io.myelin.system.history;

import java.util.List;
import java.util.Map;

/**
 * What a check found.
 *
 * @param counts how often each promise was broken; without those that held
 * @param first the first few of each kind
 */
public record Report(Map<Finding.Kind, Long> counts, List<Finding> first, Totals totals) {

  public Report {
    counts = Map.copyOf(counts);
    first = List.copyOf(first);
  }

  /**
   * How much was looked at.
   *
   * @param acknowledged records with acks=all
   * @param unknown records whose fate their producer never learnt
   * @param failed records that never left their producer
   * @param repeated records that are there twice and may be: they were under way when their
   *     producer gave up an earlier one
   * @param leaderOnly records acknowledged with acks=1
   * @param leaderOnlyLost those of them that are gone, as acks=1 allows
   * @param read records that consumers read, the group's included
   * @param reads times that a consumer asked for a partition's end
   * @param resumed times that a member of the group took over a partition
   * @param committed commits that the group had an acknowledgement for
   */
  public record Totals(
      long acknowledged,
      long unknown,
      long failed,
      long repeated,
      long leaderOnly,
      long leaderOnlyLost,
      long read,
      long reads,
      long resumed,
      long committed) {}

  public boolean isClean() {
    return counts.isEmpty();
  }

  /** For people: several lines. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        acks=all: %,d records acknowledged, %,d of unknown outcome, %,d never sent
        acks=1:   %,d records acknowledged, %,d of them lost, as it allows
        read:     %,d records, %,d questions for the end
        group:    %,d commits, %,d times taken over
        """
            .formatted(
                totals.acknowledged,
                totals.unknown,
                totals.failed,
                totals.leaderOnly,
                totals.leaderOnlyLost,
                totals.read,
                totals.reads,
                totals.committed,
                totals.resumed));
    if (totals.repeated > 0) {
      text.append(
          "twice:    %,d records of producers that had given up an earlier one%n"
              .formatted(totals.repeated));
    }
    for (Finding.Kind kind : Finding.Kind.values()) {
      if (counts.containsKey(kind)) {
        text.append("%s: %,d%n".formatted(kind, counts.get(kind)));
        first.stream()
            .filter(finding -> finding.kind() == kind)
            .forEach(finding -> text.append("  ").append(finding.text()).append('\n'));
      }
    }
    return text.append(isClean() ? "every promise held" : "PROMISES WERE BROKEN").toString();
  }
}
