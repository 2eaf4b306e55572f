package io.myelin.system.cluster;

import io.myelin.system.history.Promises;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code bin/myelin cluster up}: etcd, controllers and brokers, each a process of its own, known by
 * the files in its folder {@code pids}.
 *
 * <p>With links, whoever connects to a process does so through a link of that process: {@code
 * clients-broker-1} has what clients say to it, {@code peers-broker-1} what other brokers and
 * controllers do, {@code controller-1} what brokers and standbys do, {@code etcd-1} what
 * controllers do. Members of etcd talk to each other directly.
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
    private static final int CONTROLLERS_STEP = 50;

    /** So many ports are used from the base on. */
    public static final int PORTS = 4 * PORT_STEP;

    /** What three of everything need. */
    public static Shape ofThree(int basePort) {
      return new Shape(3, 3, 3, basePort);
    }

    /** What {@code cluster up} starts unless it is told otherwise. */
    public static Shape withOneEtcd(int basePort) {
      return new Shape(3, 3, 1, basePort);
    }

    private int etcdPort() {
      return basePort + 3 * PORT_STEP;
    }

    private int controllerHttpPort(int id) {
      return basePort + 2 * PORT_STEP + CONTROLLERS_STEP + id - 1;
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
          Integer.toString(etcdPort()));
    }
  }

  private final String myelin;
  private final Path folder;
  private final Shape shape;
  private final List<SmallDisk> disks = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private Process launcher;
  private String bootstrap;

  private LocalCluster(Path home, Path folder, Shape shape) {
    this.myelin = home.resolve("bin/myelin").toString();
    this.folder = folder;
    this.shape = shape;
  }

  /** Not started yet; its processes and clients connect directly. */
  public static LocalCluster direct(Path home, Path folder, Shape shape)
      throws IOException, InterruptedException {
    LocalCluster cluster = new LocalCluster(home, folder, shape);
    Files.createDirectories(folder);
    cluster.configure();
    return cluster;
  }

  /**
   * Not started yet; with links, and with disks that can be filled.
   *
   * @param home the checkout whose {@code bin/myelin} is run
   * @param folder the cluster's directory
   * @param diskBytes of each broker's disk; none without root
   */
  public static LocalCluster harmable(Path home, Path folder, Shape shape, long diskBytes)
      throws IOException, InterruptedException {
    LocalCluster cluster = direct(home, folder, shape);
    cluster.links.addAll(new ClusterLinks(folder.resolve("conf")).open());
    if (SmallDisk.isAllowed()) {
      for (String broker : names("broker", shape.brokers)) {
        cluster.disks.add(SmallDisk.mount(broker, folder.resolve(broker), diskBytes));
      }
    }
    return cluster;
  }

  private void configure() throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(List.of(myelin, "cluster", "configure", "--dir", folder.toString()));
    words.addAll(shape.flags());
    Command.run(words.toArray(String[]::new));
  }

  @Override
  public void start() throws IOException {
    Launched launched =
        Launched.start(
            List.of(myelin, "cluster", "up", "--dir", folder.toString()),
            folder.resolve("cluster-up.log"));
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
    return List.copyOf(links);
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
  public OptionalLong metadataRevision() throws IOException, InterruptedException {
    return OptionalLong.of(EtcdRevision.at(shape.etcdPort()));
  }

  /** Whether the controller says that it can do its work. */
  public boolean isControllerReady(int id) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI ready =
          URI.create("http://127.0.0.1:%d/q/health/ready".formatted(shape.controllerHttpPort(id)));
      return client
              .send(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == HttpURLConnection.HTTP_OK;
    }
  }

  @Override
  public void kill(String process) throws IOException, InterruptedException {
    Signals.kill(handle(process));
    for (Link link : linksTo(process)) {
      link.targetGone();
    }
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
    for (Link link : linksTo(process)) {
      link.targetGone();
    }
  }

  @Override
  public void start(String process) throws IOException, InterruptedException {
    for (Link link : linksTo(process)) {
      link.targetBack();
    }
    Command.run(myelin, "cluster", "start", process, "--dir", folder.toString());
  }

  private List<Link> linksTo(String process) {
    return links.stream().filter(link -> link.name().endsWith(process)).toList();
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
    for (Link link : links) {
      link.close();
    }
    for (SmallDisk disk : disks) {
      disk.close();
    }
  }
}
