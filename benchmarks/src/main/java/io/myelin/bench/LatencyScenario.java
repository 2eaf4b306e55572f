package io.myelin.bench;

/** Kafka's end-to-end tool, one message at a time, on a broker that has seen a thousand. */
final class LatencyScenario implements Scenario {
  private static final int MESSAGE_BYTES = 100;
  private static final int WARMUP_MESSAGES = 1_000;
  private static final String TOPIC = "end-to-end";

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String summary() {
    return "one 100 B message at a time, from producer to consumer";
  }

  @Override
  public int secondsExpected(Volumes volumes) {
    return 12 + volumes.latencyMessages() / 700;
  }

  @Override
  public Figures measure(Lab lab) throws Exception {
    Figures figures = new Figures();
    int messages = lab.volumes().latencyMessages();
    try (BrokerUnderTest broker = lab.startedBroker()) {
      lab.tools().endToEndP99Ms(broker, TOPIC, WARMUP_MESSAGES, MESSAGE_BYTES);
      CpuMeter meter = CpuMeter.start(broker);
      figures.put(
          Metric.END_TO_END_P99, lab.tools().endToEndP99Ms(broker, TOPIC, messages, MESSAGE_BYTES));
      Latencies fine =
          Latencies.parse(
              Probes.run(
                  lab, EndToEndProbe.class, broker.bootstrap(), TOPIC, messages, MESSAGE_BYTES));
      meter.stop(figures, name());
      figures.put(Metric.END_TO_END_FINE_P99, fine.p99Ms());
      figures.put(Metric.END_TO_END_FINE_P50, fine.p50Ms());
    }
    return figures;
  }
}
