package io.myelin.bench;

/** Resident memory after one broker has served every kind of load. */
final class MemoryScenario implements Scenario {

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String summary() {
    return "resident memory after producing, consuming and one-at-a-time messages";
  }

  @Override
  public int secondsExpected(Volumes volumes) {
    return 16 + (int) (volumes.kibRecords() / 80_000);
  }

  @Override
  public Figures measure(Lab lab) throws Exception {
    Volumes volumes = lab.volumes();
    try (BrokerUnderTest broker = lab.startedBroker()) {
      lab.tools().produce(broker, Profile.KIB.fullSpeed(volumes.kibRecords(), 0));
      lab.tools().produce(broker, Profile.SMALL.fullSpeed(volumes.smallRecords() / 2, 0));
      lab.tools().consume(broker, Profile.KIB.topic(), volumes.kibRecords());
      lab.tools().endToEndP99Ms(broker, "end-to-end", volumes.latencyMessages() / 5, 100);
      return new Figures().put(Metric.LOAD_MEMORY, ProcStat.residentMb(broker.pid()));
    }
  }
}
