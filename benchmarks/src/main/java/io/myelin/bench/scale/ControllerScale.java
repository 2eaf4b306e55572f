package io.myelin.bench.scale;

import io.myelin.controller.ActiveController;
import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.ProducerIdBlock;
import io.myelin.metadata.Election;
import io.myelin.metadata.InMemoryMetadataServer;
import io.myelin.metadata.etcd.EtcdElectionKey;
import io.myelin.metadata.etcd.EtcdSettings;
import io.myelin.rpc.Address;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.grpc.GrpcTransport;
import io.myelin.rpc.grpc.Security;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a controller costs in a large cluster: memory of the image, takeover, and what happens when
 * a broker that leads much dies. Controllers are the real ones, over real connections; brokers are
 * {@link SimulatedBroker}s in the same process, so times are those of one that shares its cores
 * with the thousand that it serves.
 */
@Command(
    name = "controller",
    mixinStandardHelpOptions = true,
    description = "Measures a controller with many brokers and partitions.")
public final class ControllerScale implements Callable<Integer> {
  private static final int DEADLINE_SECONDS = 300;
  private static final int GARBAGE_COLLECTIONS = 3;

  @Option(names = "--brokers", description = "1,000 by default.")
  private int brokerCount = 1_000;

  @Option(names = "--partitions", description = "1,000,000 by default.")
  private int partitions = 1_000_000;

  @Option(names = "--victim-leads", description = "What the broker leads that dies: 3,000.")
  private int victimLeads = 3_000;

  @Option(names = "--takeovers", description = "How many; 3 by default.")
  private int takeovers = 3;

  @Option(
      names = "--session-timeout-ms",
      description = "9,000 by default, as Kafka's: a thousand brokers share this machine.")
  private int sessionTimeoutMs = 9_000;

  @Option(
      names = "--changes",
      description =
          "How many topics the former controller makes just before each takeover, and the next one"
              + " just after; none by default.")
  private int changes = 0;

  @Option(
      names = "--forgetful",
      description = "Brokers come to each takeover without metadata, as if all were new.")
  private boolean forgetful;

  @Option(names = "--etcd", description = "HOST:PORT of an etcd; in memory by default.")
  private String etcd;

  private final Environment env = JdkEnvironment.create();
  private final GrpcTransport transport =
      new GrpcTransport(RpcSettings.DEFAULT, new Security.Plaintext(), 1);
  private final List<SimulatedBroker> brokers = new ArrayList<>();
  private Function<String, Election> elections;
  private int changesMade;

  public static void main(String[] args) {
    System.exit(new CommandLine(new ControllerScale()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    elections = elections();
    BigCluster cluster = new BigCluster(brokerCount, partitions, victimLeads);
    long start = System.nanoTime();
    BigCluster.Loaded loaded = cluster.load(elections, env);
    say("load", "the cluster through a controller", since(start));
    String storeId = loaded.storeId();
    long revision = loaded.image().revision();
    long withImage = usedBytes();
    loaded = null;
    System.out.printf(
        "%-10s %-52s %10.0f MB%n", "memory", "image", (withImage - usedBytes()) / 1e6);
    ControllerUnderLoad active = controller("controller-1");
    await("the first election", active::leads);
    ControllerUnderLoad standby = controller("controller-2");
    List<Address> addresses = List.of(active.address(), standby.address());
    Executor executor = env.threads().serial("brokers");
    for (int id = 1; id <= brokerCount; id++) {
      SimulatedBroker broker =
          new SimulatedBroker(
              cluster.registration(id), addresses, storeId, revision, transport, env, executor);
      brokers.add(broker);
      broker.start();
    }
    say("connect", "all brokers have a session", seconds(() -> awaitSessions(active)));
    for (int i = 0; i < takeovers; i++) {
      ControllerUnderLoad former = active.leads() ? active : standby;
      ControllerUnderLoad next = former == active ? standby : active;
      takeOver(former, next);
    }
    die(active.leads() ? active : standby);
    return 0;
  }

  private Function<String, Election> elections() {
    if (etcd != null) {
      EtcdSettings settings =
          new EtcdSettings(
              List.of(URI.create("http://" + etcd)), "/scale-" + UUID.randomUUID() + "/");
      return name -> EtcdElectionKey.election(settings, env);
    }
    InMemoryMetadataServer server = new InMemoryMetadataServer("scale", env.clock());
    return name -> server.election(name, env);
  }

  private ControllerUnderLoad controller(String name) throws Exception {
    ControllerUnderLoad made = new ControllerUnderLoad(name, sessionTimeoutMs, env, elections);
    made.start();
    return made;
  }

  /** The former one stops; its place in the election is free at once. */
  private void takeOver(ControllerUnderLoad former, ControllerUnderLoad next) throws Exception {
    brokers.forEach(SimulatedBroker::resetCounts);
    change(former);
    if (forgetful) {
      brokers.forEach(SimulatedBroker::forget);
    }
    long written = former.controller().image().revision();
    count(
        "brokers that lack a change at its beginning",
        brokers.stream().filter(broker -> broker.revision() < written));
    long start = System.nanoTime();
    former.resign();
    await("the takeover", next::leads);
    change(next);
    double elected = (next.electedNanos() - start) / 1e9;
    say("takeover", "resigned to elected", elected);
    say("takeover", "elected to active", (next.leadsNanos() - next.electedNanos()) / 1e9);
    awaitSessions(next);
    say("takeover", "resigned to sessions with all brokers", since(start));
    long decided = next.controller().image().revision();
    await("the metadata", () -> brokers.stream().allMatch(b -> b.revision() >= decided));
    say("takeover", "resigned to metadata with all brokers", since(start));
    if (!next.leads()) {
      throw new IllegalStateException("It lost its leadership meanwhile");
    }
    long asked = System.nanoTime();
    ProducerIdBlock block = next.controller().allocateProducerIds().get();
    say("takeover", "a change after it (producer ids from " + block.first() + ")", since(asked));
    count(
        "brokers that were sent a snapshot",
        brokers.stream().filter(broker -> broker.snapshots() > 0));
    former.start();
  }

  /** Written when this returns, and told to nobody yet. */
  private void change(ControllerUnderLoad leader) throws Exception {
    for (int i = 0; i < changes; i++) {
      BigCluster.create(
          leader.controller(), new NewTopic("change-" + ++changesMade, 1, 1, Map.of(), Map.of()));
    }
  }

  private void die(ControllerUnderLoad active) throws Exception {
    SimulatedBroker victim = brokers.getFirst();
    brokers.forEach(SimulatedBroker::resetCounts);
    long revision = active.controller().image().revision();
    long start = System.nanoTime();
    victim.die();
    ActiveController controller = active.controller();
    await("the decision", () -> controller.image().brokers().get(victim.id()).fenced());
    say("failover", "death of a broker to the decision, published", since(start));
    long decided = controller.image().revision();
    List<SimulatedBroker> others = brokers.subList(1, brokers.size());
    await(
        "the propagation", () -> others.stream().allMatch(broker -> broker.revision() >= decided));
    double[] told = others.stream().mapToDouble(b -> (b.toldNanos() - start) / 1e9).toArray();
    Arrays.sort(told);
    say("failover", "death of a broker to the first that knows", told[0]);
    say("failover", "death of a broker to half of them", told[told.length / 2]);
    say("failover", "death of a broker to the last that knows", told[told.length - 1]);
    long bytes = others.stream().mapToLong(SimulatedBroker::bytes).sum();
    System.out.printf(
        "%-10s %-52s %10.0f MB%n", "failover", "pushed, from revision " + revision, bytes / 1e6);
  }

  private void awaitSessions(ControllerUnderLoad active) throws InterruptedException {
    await(
        "sessions",
        () ->
            brokers.stream().allMatch(broker -> broker.isRegisteredWith(active.epoch()))
                && brokers.stream().allMatch(SimulatedBroker::isServed));
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + DEADLINE_SECONDS * 1_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(what + " did not happen");
      }
      Thread.sleep(1);
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double seconds(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return since(start);
  }

  private static double since(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private static void count(String what, Stream<SimulatedBroker> brokers) {
    System.out.printf("%-10s %-52s %10d%n", "takeover", what, brokers.count());
  }

  private static void say(String part, String what, double seconds) {
    System.out.printf("%-10s %-52s %10.3f s%n", part, what, seconds);
  }

  private static long usedBytes() throws InterruptedException {
    for (int i = 0; i < GARBAGE_COLLECTIONS; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
