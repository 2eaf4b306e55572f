package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * What has been measured so far, and where. One run of the harness fills it, or several that append
 * to it: on a machine that others need too, a long series is put together from short ones.
 *
 * @param build which build of Myelin; one report is about one
 * @param runs of the harness, in order; at least one
 * @param peaks records per second of the peer, by the profile's name
 */
record Report(
    Machine machine,
    String build,
    boolean quick,
    List<Run> runs,
    Map<String, Double> peaks,
    Pairs pairs) {

  /**
   * One run of the harness.
   *
   * @param load the machine's load average before it
   */
  record Run(String started, double load) {

    static Run now() throws IOException {
      return new Run(
          Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
          Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]));
    }
  }

  /** Figures that differ in more than chance do not belong into one table. */
  void requireSameConditions(Report added) {
    requireSame("machines", machine, added.machine);
    requireSame("builds of Myelin", build, added.build);
    requireSame("volumes (--quick)", quick, added.quick);
    requireSame("brokers", pairs.titleA(), added.pairs.titleA());
    requireSame("brokers", pairs.titleB(), added.pairs.titleB());
  }

  private static void requireSame(String what, Object there, Object here) {
    if (!there.equals(here)) {
      throw new IllegalStateException(
          "cannot append, the %s differ: %s there, %s here; give another --out"
              .formatted(what, there, here));
    }
  }
}
