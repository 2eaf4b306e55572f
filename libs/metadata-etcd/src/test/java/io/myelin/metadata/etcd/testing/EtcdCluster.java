package io.myelin.metadata.etcd.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real etcd of one or several members, in a temporary directory that goes with it. Not
 * thread-safe.
 */
public final class EtcdCluster implements AutoCloseable {
  private static final long HEALTHY_S_MAX = 30;

  private final Path directory;
  private final List<EtcdProcess> members = new ArrayList<>();
  private final String cluster;

  /** Returns when every member can write. */
  public static EtcdCluster start(int members) throws IOException {
    EtcdCluster cluster = new EtcdCluster(members);
    try {
      for (EtcdProcess member : cluster.members) {
        member.start(cluster.cluster);
      }
      cluster.awaitHealthy();
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private EtcdCluster(int count) throws IOException {
    directory = Files.createTempDirectory("myelin-etcd-");
    for (int i = 0; i < count; i++) {
      members.add(new EtcdProcess("etcd-" + i, directory));
    }
    cluster = members.stream().map(EtcdProcess::peer).collect(Collectors.joining(","));
  }

  public EtcdProcess member(int index) {
    return members.get(index);
  }

  public List<URI> endpoints() {
    return members.stream().map(EtcdProcess::endpoint).toList();
  }

  /** Starts a killed member with what it had. */
  public void restart(int index) throws IOException {
    members.get(index).start(cluster);
  }

  /** Waits until every member can write; fails after half a minute. */
  public void awaitHealthy() {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(HEALTHY_S_MAX);
    while (!members.stream().allMatch(EtcdProcess::isHealthy)) {
      if (System.nanoTime() > endNs) {
        throw new IllegalStateException(
            "etcd at "
                + endpoints()
                + " is not healthy. Its members say:\n"
                + members.stream().map(EtcdProcess::lastWords).collect(Collectors.joining("\n")));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  @Override
  public void close() {
    members.forEach(EtcdProcess::close);
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted((one, other) -> other.compareTo(one)).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
