package io.myelin.system.faults;

import io.myelin.system.cluster.ClusterUnderTest;
import io.myelin.system.cluster.Link;
import io.myelin.system.cluster.SmallDisk;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whom one can harm, by name.
 *
 * @param disks each named as the process that has it
 */
public record Targets(List<String> processes, List<String> links, List<String> disks) {

  public Targets {
    processes = List.copyOf(processes);
    links = List.copyOf(links);
    disks = List.copyOf(disks);
  }

  public static Targets of(ClusterUnderTest cluster) {
    return new Targets(
        cluster.processes(),
        cluster.links().stream().map(Link::name).toList(),
        cluster.disks().stream().map(SmallDisk::name).toList());
  }

  List<String> of(FaultKind kind) {
    return switch (kind.victim()) {
      case PROCESS -> processes;
      case LINK -> links;
      case DISK -> disks;
    };
  }

  /** Those of {@code kinds} for which there is somebody. */
  public Set<FaultKind> possible(Set<FaultKind> kinds) {
    return kinds.stream().filter(kind -> !of(kind).isEmpty()).collect(Collectors.toSet());
  }
}
