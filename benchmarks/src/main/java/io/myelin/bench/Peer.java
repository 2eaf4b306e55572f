package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code bin/myelin bench peer}: two brokers side by side, alternating, driven by Kafka's own
 * tools. Linux only, because CPU time and memory come from {@code /proc}.
 */
@Command(
    name = "peer",
    mixinStandardHelpOptions = true,
    description = {
      "Runs two brokers side by side and compares them.",
      "Writes table.md, figures.json and ratios.svg."
    },
    footer = "%nbench peer --list shows the scenarios.")
public final class Peer implements Callable<Integer> {
  private static final int PAIRS_QUICK = 2;
  private static final int PAIRS = 5;
  private static final String FIGURES = "figures.json";

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description = "Which to run; all by default.")
  private List<String> names = List.of();

  @Option(names = "--pairs", description = "Runs of each side: 5, or 2 with --quick.")
  private Integer pairCount;

  @Option(names = "--quick", description = "Small volumes: a look, not a result.")
  private boolean quick;

  @Option(names = "--cluster", description = "Clusters of three brokers instead of single ones.")
  private boolean cluster;

  @Option(names = "--list", description = "Only list the scenarios.")
  private boolean list;

  @Option(names = "--a", description = "The broker under test: ${COMPLETION-CANDIDATES}.")
  private BrokerKind a = BrokerKind.MYELIN;

  @Option(names = "--b", description = "The broker to compare with: ${COMPLETION-CANDIDATES}.")
  private BrokerKind b = BrokerKind.KAFKA;

  @Option(names = "--out", description = "Where the report goes: benchmarks/target/peer/report.")
  private Path out;

  @Option(
      names = "--append",
      description = "Add to the report that is there, of the same build and machine.")
  private boolean append;

  @Option(
      names = "--work",
      description = "Where both brokers keep their data, on the disk to be measured.")
  private Path work;

  @Option(names = "--root", description = "The repository; the current directory by default.")
  private Path root = Path.of(System.getenv().getOrDefault("MYELIN_HOME", ""));

  private final Progress progress = new Progress(System.out);
  private Installation installation;
  private PageCache memory;
  private Volumes volumes;
  private Report report;

  public static void main(String[] args) {
    int skip = args.length > 0 && args[0].equals("peer") ? 1 : 0;
    CommandLine command = new CommandLine(new Peer()).setCaseInsensitiveEnumValuesAllowed(true);
    System.exit(command.execute(Arrays.copyOfRange(args, skip, args.length)));
  }

  private List<Scenario> scenarios() {
    return cluster
        ? List.of(ProduceScenario.replicated(), new PartitionsScenario())
        : ofSingleBrokers();
  }

  private static List<Scenario> ofSingleBrokers() {
    return List.of(
        ProduceScenario.kib(),
        ProduceScenario.small(),
        new ConsumeScenario(),
        new LatencyScenario(),
        new TailScenario(),
        new StartScenario(),
        new KillScenario(),
        new MemoryScenario(),
        new CrowdScenario(),
        new HeapScenario());
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      scenarios().forEach(each -> System.out.printf("%-14s %s%n", each.name(), each.summary()));
      return 0;
    }
    if (!Files.isReadable(Path.of("/proc/self/stat"))) {
      System.err.println(
          "bench peer reads CPU time and memory from /proc, which is not here: run it on Linux.");
      return 1;
    }
    List<Scenario> chosen = choose();
    root = root.toAbsolutePath().normalize();
    installation = Installation.find(root);
    volumes = quick ? Volumes.QUICK : Volumes.FULL;
    Path home = work != null ? work.toAbsolutePath() : root.resolve("benchmarks/target/peer/work");
    Files.createDirectories(home);
    work = Files.createTempDirectory(home, "run-");
    Cleanup.register(work);
    Cleanup.install();
    memory = new PageCache(work);
    out = out != null ? out : root.resolve("benchmarks/target/peer/report");
    report = openReport();
    warmUp();
    run(chosen);
    progress.say("\n" + MarkdownReport.render(report));
    progress.say("In %s; written to %s".formatted(progress.elapsed(), out));
    return 0;
  }

  private Report openReport() throws IOException {
    Report fresh =
        new Report(
            Machine.here(),
            installation.build(),
            quick,
            new ArrayList<>(List.of(Report.Run.now())),
            new TreeMap<>(),
            new Pairs(a.title(), a == b ? b.title() + " (b)" : b.title()));
    Path saved = out.resolve(FIGURES);
    if (!append || !Files.exists(saved)) {
      return fresh;
    }
    Report earlier = JsonReport.parse(Files.readString(saved));
    earlier.requireSameConditions(fresh);
    earlier.runs().addAll(fresh.runs());
    return earlier;
  }

  private List<Scenario> choose() {
    List<Scenario> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(
          scenarios().stream()
              .filter(scenario -> scenario.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new CommandLine.ParameterException(
                          new CommandLine(this),
                          "there is no scenario '%s'; there are: %s"
                              .formatted(
                                  name,
                                  String.join(
                                      ", ", scenarios().stream().map(Scenario::name).toList())))));
    }
    return chosen.isEmpty() ? scenarios() : chosen;
  }

  private Lab lab(BrokerKind kind) {
    return new Lab(installation, work, kind, volumes, this::peak);
  }

  /**
   * Builds caches (ours at the first start, the tools' archives) and warms the harness's clients.
   */
  private void warmUp() throws Exception {
    progress.say("Warming up: one start of each broker");
    for (BrokerKind kind : a == b ? List.of(a) : List.of(a, b)) {
      try (BrokerUnderTest broker = lab(kind).startedBroker()) {
        KillScenario.touch(broker);
        lab(kind).tools().produce(broker, Profile.SMALL.fullSpeed(10_000, 0));
        lab(kind).tools().consume(broker, Profile.SMALL.topic(), 10_000);
      }
    }
  }

  /** Measured when first asked for, on the peer. */
  private double peak(Profile profile) throws Exception {
    Double known = report.peaks().get(profile.name());
    if (known != null) {
      return known;
    }
    memory.fill();
    Lab lab = lab(b);
    long records = profile.records(volumes);
    try (Target target = lab.startedFor(profile)) {
      lab.tools().produce(target, profile.fullSpeed(records, 0));
      PerfTools.Produced produced =
          lab.tools().produce(target, profile.fullSpeed(records, records / 5));
      progress.say(
          "Peak of %s with %s: %.0f records/s, %.0f MB/s"
              .formatted(
                  b.title(), profile.title(), produced.recordsPerSecond(), produced.mbPerSecond()));
      report.peaks().put(profile.name(), produced.recordsPerSecond());
      return produced.recordsPerSecond();
    }
  }

  private void run(List<Scenario> chosen) throws IOException, InterruptedException {
    int count = pairCount != null ? pairCount : quick ? PAIRS_QUICK : PAIRS;
    for (Scenario scenario : chosen) {
      progress.expect(scenario, volumes, 2 * (scenario.once() ? 1 : count));
    }
    for (int round = 1; round <= count; round++) {
      for (Scenario scenario : chosen) {
        if (round == 1 || !scenario.once()) {
          onePair(scenario);
          // Whatever ends the run later on: what has been measured is kept.
          write();
        }
      }
    }
  }

  private void onePair(Scenario scenario) throws InterruptedException {
    Pairs pairs = report.pairs();
    int pair = pairs.begin(scenario);
    try {
      // Who goes first alternates: a disk that is still writing back must not always meet the same.
      if (pair % 2 == 1) {
        Figures first = measure(a, scenario, pair);
        pairs.add(first, measure(b, scenario, pair));
      } else {
        Figures first = measure(b, scenario, pair);
        pairs.add(measure(a, scenario, pair), first);
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      // One scenario that fails must not cost an hour of others: it is reported as not measured.
      progress.say("        failed: " + e.getMessage());
      pairs.note(
          "%s, pair %d, was not measured: %s".formatted(scenario.name(), pair, firstLine(e)));
    }
  }

  private Figures measure(BrokerKind kind, Scenario scenario, int pair) throws Exception {
    progress.start(kind.title(), scenario, pair);
    Subprocess.run(List.of("sync"), Map.of());
    memory.fill();
    long start = System.nanoTime();
    Figures figures = scenario.measure(lab(kind));
    progress.done(scenario, volumes, (System.nanoTime() - start) / 1e9);
    figures
        .values()
        .forEach(
            (metric, value) ->
                progress.say(
                    "        %-52s %s %s"
                        .formatted(metric.title(), MarkdownReport.number(value), metric.unit())));
    return figures;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }

  private void write() throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("table.md"), MarkdownReport.render(report));
    Files.writeString(out.resolve(FIGURES), JsonReport.render(report));
    Files.writeString(out.resolve("ratios.svg"), SvgChart.render(report.pairs()));
  }
}
