package io.myelin.system.cluster;

import io.myelin.system.history.Promises;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code bin/myelin up}: one process with one broker. What it acknowledged survives its own death,
 * since the page cache does. Clients reach it through the link {@code clients}.
 */
public final class Standalone implements ClusterUnderTest {
  private static final String NAME = "standalone";

  private final Path home;
  private final Path folder;
  private final InetSocketAddress kafka;
  private final InetSocketAddress http;
  private final Link link;
  private final Optional<SmallDisk> disk;
  private Process process;

  private Standalone(
      Path home, Path folder, Link link, InetSocketAddress kafka, Optional<SmallDisk> disk)
      throws IOException {
    this.home = home;
    this.folder = folder;
    this.link = link;
    this.kafka = kafka;
    this.disk = disk;
    this.http = Ports.free();
  }

  /**
   * Not started yet.
   *
   * @param home the checkout whose {@code bin/myelin} is run
   * @param folder for data and log
   * @param diskBytes of a disk of its own that can be filled; none without root
   */
  public static Standalone in(Path home, Path folder, long diskBytes)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Optional<SmallDisk> disk =
        SmallDisk.isAllowed()
            ? Optional.of(SmallDisk.mount(NAME, folder.resolve("disk"), diskBytes))
            : Optional.empty();
    InetSocketAddress kafka = Ports.free();
    Link link = Link.open("clients", Ports.free(), kafka);
    return new Standalone(home, folder, link, kafka, disk);
  }

  /** Where its data are. */
  public Path dataDir() {
    return disk.map(SmallDisk::path).orElse(folder).resolve("data");
  }

  @Override
  public void start() throws IOException {
    start(NAME);
  }

  @Override
  public void start(String name) throws IOException {
    process =
        Launched.start(
                List.of(
                    home.resolve("bin/myelin").toString(),
                    "up",
                    "--data-dir",
                    dataDir().toString(),
                    "--kafka",
                    Ports.text(kafka),
                    "--advertise",
                    bootstrap(),
                    "--http",
                    Ports.text(http)),
                folder.resolve(NAME + ".log"))
            .process();
  }

  @Override
  public String bootstrap() {
    return Ports.text(link.address());
  }

  @Override
  public List<String> processes() {
    return List.of(NAME);
  }

  @Override
  public String brokerProcess(int id) {
    return NAME;
  }

  @Override
  public List<Link> links() {
    return List.of(link);
  }

  @Override
  public List<SmallDisk> disks() {
    return disk.stream().toList();
  }

  @Override
  public Promises promises() {
    return new Promises(true);
  }

  @Override
  public short replicationFactor() {
    return 1;
  }

  @Override
  public Map<String, String> topicConfigs() {
    return Map.of();
  }

  @Override
  public OptionalLong metadataRevision() {
    return OptionalLong.empty();
  }

  @Override
  public void kill(String name) throws InterruptedException {
    Signals.kill(process.toHandle());
  }

  @Override
  public void freeze(String name) throws IOException, InterruptedException {
    Signals.freeze(process.toHandle());
  }

  @Override
  public void thaw(String name) throws IOException, InterruptedException {
    Signals.thaw(process.toHandle());
  }

  @Override
  public void stop(String name) throws InterruptedException {
    Signals.stop(process.toHandle());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (process != null) {
      Signals.kill(process.toHandle());
    }
    link.close();
    if (disk.isPresent()) {
      disk.get().close();
    }
  }
}
