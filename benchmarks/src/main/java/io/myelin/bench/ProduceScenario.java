package io.myelin.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Broker CPU per gigabyte at full speed and at half of the peer's peak, on a warm broker: a first
 * run at full speed is thrown away, and the steady rate comes last, when both brokers' compilers
 * have long seen what they will get.
 */
final class ProduceScenario implements Scenario {
  private final Profile profile;
  private final Metric[] fixed;
  private final Metric[] full;
  private final Metric rate;

  private ProduceScenario(Profile profile, Metric[] fixed, Metric[] full, Metric rate) {
    this.profile = profile;
    this.fixed = fixed;
    this.full = full;
    this.rate = rate;
  }

  static ProduceScenario kib() {
    return new ProduceScenario(
        Profile.KIB,
        new Metric[] {Metric.KIB_FIXED_CPU, Metric.KIB_FIXED_BATCH, Metric.KIB_FIXED_P99},
        new Metric[] {Metric.KIB_FULL_CPU, Metric.KIB_FULL_BATCH, Metric.KIB_FULL_P99},
        Metric.KIB_FULL_RATE);
  }

  static ProduceScenario small() {
    return new ProduceScenario(
        Profile.SMALL,
        new Metric[] {Metric.SMALL_FIXED_CPU, Metric.SMALL_FIXED_BATCH, Metric.SMALL_FIXED_P99},
        new Metric[] {Metric.SMALL_FULL_CPU, Metric.SMALL_FULL_BATCH, Metric.SMALL_FULL_P99},
        Metric.SMALL_FULL_RATE);
  }

  /** Three brokers, acks=all, two of three replicas must be in sync. */
  static ProduceScenario replicated() {
    return new ProduceScenario(
        Profile.REPLICATED,
        new Metric[] {
          Metric.RF3_FIXED_CPU,
          Metric.RF3_FIXED_BATCH,
          Metric.RF3_FIXED_P99,
          Metric.RF3_FIXED_OTHERS_CPU
        },
        new Metric[] {
          Metric.RF3_FULL_CPU,
          Metric.RF3_FULL_BATCH,
          Metric.RF3_FULL_P99,
          Metric.RF3_FULL_OTHERS_CPU
        },
        Metric.RF3_FULL_RATE);
  }

  @Override
  public String name() {
    return "produce-" + profile.name();
  }

  @Override
  public String summary() {
    return "produce "
        + profile.title()
        + " in "
        + profile.batchBytes() / 1024
        + " KiB batches, at full speed and at half of Kafka's peak";
  }

  @Override
  public int secondsExpected(Volumes volumes) {
    return 12 * profile.replicas()
        + volumes.fixedSeconds()
        + (int) ((warmup(profile.records(volumes)) + profile.records(volumes)) / 50_000);
  }

  @Override
  public Figures measure(Lab lab) throws Exception {
    Figures figures = new Figures();
    long records = profile.records(lab.volumes());
    double half = lab.peaks().recordsPerSecond(profile) / 2;
    try (Target target = lab.startedFor(profile)) {
      lab.tools().produce(target, profile.fullSpeed(warmup(records), 0));
      PerfTools.Produced produced =
          run(lab, target, profile.fullSpeed(records, records / 5), full, figures);
      figures.put(rate, produced.mbPerSecond());
      run(lab, target, profile.atRate(half, lab.volumes().fixedSeconds()), fixed, figures);
    }
    return figures;
  }

  /** Each of several brokers leads a part only: all are to see as much as one alone would. */
  private long warmup(long records) {
    return records * profile.replicas();
  }

  private PerfTools.Produced run(
      Lab lab, Target target, PerfTools.Load load, Metric[] metrics, Figures figures)
      throws Exception {
    double others = CpuMeter.spent(target.otherPids());
    CpuMeter meter = CpuMeter.start(servers(target));
    PerfTools.Produced produced = lab.tools().produce(target, load);
    double all = meter.stop(figures, name());
    double notBrokers = CpuMeter.spent(target.otherPids()) - others;
    figures.put(metrics[0], (all - notBrokers) / load.gigabytes());
    figures.put(metrics[1], produced.batchBytes());
    figures.put(metrics[2], produced.p99Ms());
    if (profile.replicas() > 1) {
      figures.put(metrics[3], notBrokers / load.gigabytes());
    }
    if (load.recordsPerSecond() > 0
        && produced.recordsPerSecond() < 0.95 * load.recordsPerSecond()) {
      figures.note(
          "%s: only %.0f of %.0f records/s were reached at the fixed rate"
              .formatted(name(), produced.recordsPerSecond(), load.recordsPerSecond()));
    }
    return produced;
  }

  private static List<Long> servers(Target target) throws IOException {
    List<Long> all = new ArrayList<>(target.brokerPids());
    all.addAll(target.otherPids());
    return all;
  }
}
