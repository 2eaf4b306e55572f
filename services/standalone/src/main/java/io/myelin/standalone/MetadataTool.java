package io.myelin.standalone;

import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.metadata.Election;
import io.myelin.metadata.FileMetadataStore;
import io.myelin.metadata.MetadataExport;
import io.myelin.metadata.MetadataFormatException;
import io.myelin.metadata.MetadataImport;
import io.myelin.metadata.etcd.EtcdElectionKey;
import io.myelin.metadata.etcd.EtcdSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code bin/myelin metadata}: takes the metadata of a standalone directory into a cluster's etcd,
 * so that the directory can be the cluster's first broker.
 */
public final class MetadataTool {
  private static final String USAGE =
      """
      Turns a standalone directory into the first broker of a cluster.

        metadata export --data-dir DIR --to FILE
                            writes the metadata of a standalone directory, which is not running
        metadata import --from FILE --etcd HOST:PORT,... [--etcd-prefix /myelin/]
                            writes them into an etcd that holds no cluster with that prefix yet

      Then start controllers on that etcd, with that myelin.etcd.prefix, and a broker with the same node.id whose log.dirs is DIR.
      """;

  static final List<String> EXPORT_FLAGS = List.of("--data-dir", "--to");
  static final List<String> IMPORT_FLAGS = List.of("--from", "--etcd", "--etcd-prefix");

  /** A controller that holds the election keeps it; nobody waits for that. */
  private static final long IMPORT_S_MAX = 60;

  private final Environment env = JdkEnvironment.create();

  private MetadataTool() {}

  public static void main(String... args) {
    if (args.length == 0 || Arrays.asList(args).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    try {
      System.out.println(new MetadataTool().run(args));
      System.exit(0); // etcd's client has threads of its own
    } catch (StartException | MetadataFormatException | IOException e) {
      System.err.println("myelin: " + e.getMessage());
      System.exit(1);
    }
  }

  private String run(String... args) throws IOException {
    return switch (args[0]) {
      case "export" -> export(flags(EXPORT_FLAGS, args));
      case "import" -> importFrom(flags(IMPORT_FLAGS, args));
      default -> throw new StartException("there is no 'metadata " + args[0] + "'; see --help");
    };
  }

  /**
   * @throws StartException for one that the command does not have: a mistyped prefix would import a
   *     cluster where nobody looks for it
   */
  static Map<String, String> flags(List<String> known, String... args) {
    Map<String, String> flags = new HashMap<>();
    for (int i = 1; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      String flag = equals < 0 ? args[i] : args[i].substring(0, equals);
      if (!known.contains(flag)) {
        throw new StartException(
            "'metadata %s' has no flag %s; it has %s"
                .formatted(args[0], flag, String.join(" ", known)));
      }
      if (equals >= 0) {
        flags.put(flag, args[i].substring(equals + 1));
      } else if (i + 1 < args.length) {
        flags.put(flag, args[++i]);
      } else {
        throw new StartException(flag + " needs a value after it");
      }
    }
    return flags;
  }

  private static String of(Map<String, String> flags, String name) {
    String value = flags.get(name);
    if (value == null) {
      throw new StartException(name + " is missing; see --help");
    }
    return value;
  }

  private String export(Map<String, String> flags) throws IOException {
    Path dataDir = Path.of(of(flags, "--data-dir"));
    Path file = Path.of(of(flags, "--to"));
    Path metadata = dataDir.resolve(StandaloneCluster.METADATA);
    if (!env.disk().isDirectory(metadata)) {
      throw new StartException(dataDir + " holds no standalone cluster: there is no " + metadata);
    }
    try (AutoCloseable lock = env.disk().tryLock(dataDir.resolve(".lock"))) {
      if (lock == null) {
        throw new StartException(dataDir + " is in use by another process; stop it first");
      }
      try (FileMetadataStore store =
          FileMetadataStore.open(
              env.disk(), metadata, env.threads().serial("metadata-store"), env.randomness())) {
        var listing = store.list().join();
        Files.writeString(file, MetadataExport.write(listing));
        return listing.entries().size() + " records written to " + file;
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot release the lock of " + dataDir, e);
    }
  }

  private String importFrom(Map<String, String> flags) throws IOException {
    Path file = Path.of(of(flags, "--from"));
    String etcd = of(flags, "--etcd");
    String prefix = flags.getOrDefault("--etcd-prefix", EtcdSettings.DEFAULT_PREFIX);
    MetadataImport records = new MetadataImport(MetadataExport.read(Files.readString(file)));
    List<URI> endpoints =
        Arrays.stream(etcd.split(","))
            .map(text -> URI.create("http://" + HostPort.parse(text.strip(), "--etcd")))
            .toList();
    try (Election election =
        EtcdElectionKey.election(
            new EtcdSettings(endpoints, NodeSettings.etcdPrefix("--etcd-prefix", prefix)), env)) {
      int written = records.into(election).get(IMPORT_S_MAX, TimeUnit.SECONDS);
      return "%d records written to etcd at %s, under %s: controllers find them with %s=%s"
          .formatted(written, etcd, prefix, NodeSettings.ETCD_PREFIX_KEY, prefix);
    } catch (TimeoutException e) {
      throw new StartException(
          "nothing was imported within %d s: etcd cannot be reached at %s, or a controller is active there; stop the controllers first"
              .formatted(IMPORT_S_MAX, etcd),
          e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
