package io.myelin.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Broker CPU per gigabyte read, with Kafka's consumer and with librdkafka's, data in the page
 * cache.
 */
final class ConsumeScenario implements Scenario {

  @Override
  public String name() {
    return "consume";
  }

  @Override
  public String summary() {
    return "read 1 KiB records back, with Kafka's consumer and with kcat";
  }

  @Override
  public int secondsExpected(Volumes volumes) {
    return 14 + (int) (volumes.consumeRecords() / 60_000);
  }

  @Override
  public Figures measure(Lab lab) throws Exception {
    Figures figures = new Figures();
    Profile profile = Profile.KIB;
    long records = lab.volumes().consumeRecords();
    try (BrokerUnderTest broker = lab.startedBroker()) {
      lab.tools().produce(broker, profile.fullSpeed(records, 0));
      lab.tools().consume(broker, profile.topic(), records);
      CpuMeter meter = CpuMeter.start(broker);
      PerfTools.Consumed first = lab.tools().consume(broker, profile.topic(), records);
      PerfTools.Consumed second = lab.tools().consume(broker, profile.topic(), records);
      double bytes = first.bytes() + second.bytes();
      figures.put(Metric.CONSUME_CPU, meter.stop(figures, name()) / (bytes / 1e9));
      figures.put(Metric.CONSUME_RATE, (first.mbPerSecond() + second.mbPerSecond()) / 2);
      kcat(broker, profile.topic(), records * profile.recordBytes(), figures);
    }
    return figures;
  }

  private static void kcat(BrokerUnderTest broker, String topic, double bytes, Figures figures)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            "sh",
            "-c",
            "exec kcat -C -q -e -o beginning -D '' -b \"$1\" -t \"$2\" >/dev/null",
            "sh",
            broker.bootstrap(),
            topic);
    if (Subprocess.run(List.of("sh", "-c", "command -v kcat"), Map.of()).exitCode() != 0) {
      figures.note("consume: kcat is not installed, its figures are left out");
      return;
    }
    CpuMeter meter = CpuMeter.start(broker);
    long start = System.nanoTime();
    Subprocess.run(command, Map.of()).requireSuccess("kcat");
    double seconds = (System.nanoTime() - start) / 1e9;
    figures.put(Metric.KCAT_CONSUME_CPU, meter.stop(figures, "kcat") / (bytes / 1e9));
    figures.put(Metric.KCAT_CONSUME_RATE, bytes / 1e6 / seconds);
  }
}
