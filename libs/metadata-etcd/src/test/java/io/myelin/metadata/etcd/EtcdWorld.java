package io.myelin.metadata.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.env.Environment;
import io.myelin.env.Scheduler;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.metadata.Election;
import io.myelin.metadata.testing.ElectionContract;
import io.myelin.metadata.testing.FreezableScheduler;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Processes, as far as their threads and timers go, that share a part of a real etcd. */
final class EtcdWorld implements ElectionContract.World {
  private static final long AWAIT_S_MAX = 30;

  private final EtcdSettings settings;
  private final Environment world = JdkEnvironment.create();
  private final Map<String, FreezableScheduler> schedulers = new HashMap<>();
  private final List<Environment> environments = new ArrayList<>();
  private final List<Election> elections = new ArrayList<>();

  EtcdWorld(List<URI> endpoints) {
    settings = new EtcdSettings(endpoints, "/" + UUID.randomUUID() + "/");
  }

  EtcdSettings settings() {
    return settings;
  }

  EtcdKeys keys() {
    return new EtcdKeys(settings.prefix());
  }

  @Override
  public Election join(String process) {
    return join(process, settings);
  }

  Election join(String process, EtcdSettings seen) {
    Environment jdk = JdkEnvironment.create();
    FreezableScheduler scheduler = new FreezableScheduler(jdk.scheduler());
    schedulers.put(process, scheduler);
    environments.add(jdk);
    Election election =
        EtcdElectionKey.election(
            seen,
            new Environment(
                jdk.clock(),
                scheduler,
                jdk.threads(),
                jdk.disk(),
                jdk.randomness(),
                jdk.network()));
    elections.add(election);
    return election;
  }

  @Override
  public void freeze(String process) {
    schedulers.get(process).freeze();
  }

  @Override
  public void thaw(String process) {
    schedulers.get(process).thaw();
  }

  @Override
  public Scheduler scheduler() {
    return world.scheduler();
  }

  @Override
  public void await(BooleanSupplier condition) {
    long endNs = world.clock().monotonicNs() + TimeUnit.SECONDS.toNanos(AWAIT_S_MAX);
    while (!condition.getAsBoolean()) {
      assertThat(world.clock().monotonicNs()).as("time to wait").isLessThan(endNs);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  @Override
  public void close() {
    elections.forEach(Election::close);
    environments.forEach(Environment::close);
    world.close();
  }
}
