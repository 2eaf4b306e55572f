package io.myelin.system.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class FaultScheduleTest {
  private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);
  private static final Targets CLUSTER =
      new Targets(
          List.of("broker-1", "broker-2", "broker-3", "controller-1", "etcd-1"),
          List.of("clients"),
          List.of("broker-1", "broker-2"));

  @Property(tries = 200)
  void theSeedDecides(@ForAll long seed) {
    assertThat(FaultSchedule.generate(seed, 60_000, ALL, CLUSTER))
        .isEqualTo(FaultSchedule.generate(seed, 60_000, ALL, CLUSTER));
  }

  @Property(tries = 200)
  void faultsOfOneTargetNeverOverlap(@ForAll long seed, @ForAll @IntRange(max = 300) int seconds) {
    List<Fault> faults = FaultSchedule.generate(seed, seconds * 1000L, ALL, CLUSTER);
    for (Fault one : faults) {
      assertThat(faults)
          .filteredOn(other -> other != one && other.target().equals(one.target()))
          .allMatch(other -> other.endMs() < one.startMs() || other.startMs() > one.endMs());
    }
  }

  @Property(tries = 200)
  void theBeginningAndTheEndAreQuiet(@ForAll long seed) {
    assertThat(FaultSchedule.generate(seed, 60_000, ALL, CLUSTER))
        .isNotEmpty()
        .allMatch(fault -> fault.startMs() >= 3000 && fault.endMs() <= 55_000);
  }

  @Example
  void halfAnHourHasEveryKind() {
    List<Fault> faults = FaultSchedule.generate(1, 1_800_000, ALL, CLUSTER);
    assertThat(faults.stream().map(Fault::kind).collect(Collectors.toSet())).isEqualTo(ALL);
    assertThat(faults).hasSizeGreaterThan(200);
  }

  @Example
  void leavesOutWhatHasNoTarget() {
    Targets processes = new Targets(List.of("standalone"), List.of(), List.of());
    assertThat(FaultSchedule.generate(1, 600_000, ALL, processes))
        .isNotEmpty()
        .allMatch(fault -> fault.kind().victim() == FaultKind.Victim.PROCESS);
    assertThat(FaultSchedule.generate(1, 600_000, Set.of(FaultKind.CUT), processes)).isEmpty();
  }

  @Example
  void namesTheKindsWhenOneIsUnknown() {
    assertThat(FaultKind.parse("full-disk")).isEqualTo(FaultKind.FULL_DISK);
    assertThatThrownBy(() -> FaultKind.parse("earthquake"))
        .hasMessageContaining("there is no fault 'earthquake'; there are kill, freeze");
  }
}
