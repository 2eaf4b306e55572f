package io.myelin.system.cluster;

import io.myelin.system.history.Promises;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code bin/myelin cluster up}: etcd, controllers and brokers, each a process of its own, known by
 * the files in its folder {@code pids}. There are no links, since its processes talk to each other
 * and to clients directly, and no disks, since all of them share its folder's.
 */
public final class LocalCluster implements ClusterUnderTest {
  private static final Pattern ADDRESSES = Pattern.compile("[\\w.-]+:\\d+(,[\\w.-]+:\\d+)*");

  /**
   * How many of what, and from which port on.
   *
   * @param basePort Kafka's; gRPC, HTTP and etcd follow at a distance of 100
   */
  public record Shape(int brokers, int controllers, int etcdMembers, int basePort) {
    private static final int PORT_STEP = 100;

    /** What three of everything need. */
    public static Shape ofThree(int basePort) {
      return new Shape(3, 3, 3, basePort);
    }

    private List<String> flags() {
      return List.of(
          "--brokers",
          Integer.toString(brokers),
          "--controllers",
          Integer.toString(controllers),
          "--etcd-members",
          Integer.toString(etcdMembers),
          "--kafka-base-port",
          Integer.toString(basePort),
          "--grpc-base-port",
          Integer.toString(basePort + PORT_STEP),
          "--http-base-port",
          Integer.toString(basePort + 2 * PORT_STEP),
          "--etcd-base-port",
          Integer.toString(basePort + 3 * PORT_STEP));
    }
  }

  private final String myelin;
  private final Path folder;
  private final Shape shape;
  private final List<SmallDisk> disks = new ArrayList<>();
  private Process launcher;
  private String bootstrap;

  private LocalCluster(Path home, Path folder, Shape shape) {
    this.myelin = home.resolve("bin/myelin").toString();
    this.folder = folder;
    this.shape = shape;
  }

  /**
   * Not started yet.
   *
   * @param home the checkout whose {@code bin/myelin} is run
   * @param folder the cluster's directory
   * @param diskBytes of each broker's disk; none without root
   */
  public static LocalCluster in(Path home, Path folder, Shape shape, long diskBytes)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    LocalCluster cluster = new LocalCluster(home, folder, shape);
    if (SmallDisk.isAllowed()) {
      for (String broker : names("broker", shape.brokers)) {
        cluster.disks.add(SmallDisk.mount(broker, folder.resolve(broker), diskBytes));
      }
    }
    return cluster;
  }

  @Override
  public void start() throws IOException {
    List<String> words =
        new ArrayList<>(List.of(myelin, "cluster", "up", "--dir", folder.toString()));
    words.addAll(shape.flags());
    Launched launched = Launched.start(words, folder.resolve("cluster-up.log"));
    launcher = launched.process();
    Matcher addresses = ADDRESSES.matcher(launched.readyLine());
    if (!addresses.find()) {
      throw new IOException("no bootstrap address in: " + launched.readyLine());
    }
    bootstrap = addresses.group();
  }

  @Override
  public String bootstrap() {
    return bootstrap;
  }

  @Override
  public List<String> processes() {
    return Stream.of(
            names("broker", shape.brokers),
            names("controller", shape.controllers),
            names("etcd", shape.etcdMembers))
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> names(String role, int count) {
    return Stream.iterate(1, i -> i + 1).limit(count).map(i -> role + "-" + i).toList();
  }

  @Override
  public String brokerProcess(int id) {
    return "broker-" + id;
  }

  @Override
  public List<Link> links() {
    return List.of();
  }

  @Override
  public List<SmallDisk> disks() {
    return List.copyOf(disks);
  }

  @Override
  public Promises promises() {
    return new Promises(false);
  }

  @Override
  public short replicationFactor() {
    return 3;
  }

  @Override
  public Map<String, String> topicConfigs() {
    return Map.of("min.insync.replicas", "2");
  }

  @Override
  public void kill(String process) throws IOException, InterruptedException {
    Signals.kill(handle(process));
  }

  @Override
  public void freeze(String process) throws IOException, InterruptedException {
    Signals.freeze(handle(process));
  }

  @Override
  public void thaw(String process) throws IOException, InterruptedException {
    Signals.thaw(handle(process));
  }

  @Override
  public void stop(String process) throws IOException, InterruptedException {
    Command.run(myelin, "cluster", "stop", process, "--dir", folder.toString());
  }

  @Override
  public void start(String process) throws IOException, InterruptedException {
    Command.run(myelin, "cluster", "start", process, "--dir", folder.toString());
  }

  private ProcessHandle handle(String process) throws IOException {
    Path file = folder.resolve("pids").resolve(process + ".pid");
    long pid = Long.parseLong(Files.readString(file).strip());
    return ProcessHandle.of(pid)
        .orElseThrow(() -> new IOException(process + " (" + pid + ") is not running"));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (launcher != null) {
      for (String process : processes()) {
        Path file = folder.resolve("pids").resolve(process + ".pid");
        if (Files.exists(file)) {
          Optional<ProcessHandle> running =
              ProcessHandle.of(Long.parseLong(Files.readString(file).strip()));
          if (running.isPresent()) {
            Signals.kill(running.get());
          }
        }
      }
      Signals.kill(launcher.toHandle());
    }
    for (SmallDisk disk : disks) {
      disk.close();
    }
  }
}
