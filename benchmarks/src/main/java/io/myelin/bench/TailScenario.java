package io.myelin.bench;

import java.util.concurrent.TimeUnit;

/**
 * A producer at a fifth of the peer's peak, alone and beside a consumer that reads from the disk.
 */
final class TailScenario implements Scenario {
  private static final double SHARE_OF_PEAK = 0.2;

  // The compilers of two clients that start at once take both cores for eleven seconds.
  private static final int WARMUP_SECONDS = 15;

  private static final int READER_MB_PER_SECOND = 64;
  private static final String OLD = "old";
  private static final String FRESH = "fresh";

  @Override
  public String name() {
    return "tail";
  }

  @Override
  public String summary() {
    return "a producer's p99 at 20 % of Kafka's peak, alone and beside a reader of evicted data";
  }

  @Override
  public int secondsExpected(Volumes volumes) {
    return 16 + 2 * (volumes.tailSeconds() + WARMUP_SECONDS);
  }

  @Override
  public Figures measure(Lab lab) throws Exception {
    Figures figures = new Figures();
    int seconds = lab.volumes().tailSeconds();
    // A reader must not reach the part that the broker still holds warm.
    long oldBytes = (long) (seconds + 2 * WARMUP_SECONDS) * READER_MB_PER_SECOND * 1_000_000;
    double rate = lab.peaks().recordsPerSecond(Profile.KIB) * SHARE_OF_PEAK;
    try (BrokerUnderTest broker = lab.startedBroker()) {
      PerfTools.Load fill =
          new PerfTools.Load(
              OLD, oldBytes / 1024, 0, 1024, Profile.KIB.batchBytes(), Profile.KIB.lingerMs(), 0);
      lab.tools().produce(broker, fill);
      CpuMeter meter = CpuMeter.start(broker);
      Latencies alone = produce(lab, broker, rate, figures);
      meter.stop(figures, name());
      PageCache.evict(broker.dataDirectory());
      long readBefore = ProcStat.diskBytesRead(broker.pid());
      Process reader =
          Probes.start(lab, OldReader.class, broker.bootstrap(), OLD, READER_MB_PER_SECOND);
      Latencies disturbed;
      try {
        disturbed = produce(lab, broker, rate, figures);
        if (!reader.isAlive()) {
          figures.note("tail: the reader of evicted data ended early");
        }
      } finally {
        reader.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        Cleanup.forget(reader);
      }
      double readMb = (ProcStat.diskBytesRead(broker.pid()) - readBefore) / 1e6;
      if (readMb < seconds * READER_MB_PER_SECOND * 0.8) {
        figures.note(
            "tail: the reader took only %.0f MB from the disk, the data was not cold"
                .formatted(readMb));
      }
      figures.put(Metric.TAIL_P99, alone.p99Ms());
      figures.put(Metric.TAIL_DISTURBED_P99, disturbed.p99Ms());
      figures.put(Metric.TAIL_DISTURBANCE, disturbed.p99Ms() / alone.p99Ms());
    }
    return figures;
  }

  private Latencies produce(Lab lab, BrokerUnderTest broker, double rate, Figures figures)
      throws Exception {
    Latencies latencies =
        Latencies.parse(
            Probes.run(
                lab,
                PacedProducer.class,
                broker.bootstrap(),
                FRESH,
                1024,
                rate,
                WARMUP_SECONDS,
                lab.volumes().tailSeconds()));
    if (latencies.errors() > 0) {
      figures.note("tail: %d records failed".formatted(latencies.errors()));
    }
    return latencies;
  }
}
