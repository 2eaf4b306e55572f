package io.myelin.bench;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * From spawning the process on an empty directory to the first acknowledged record; then at rest.
 */
final class StartScenario implements Scenario {

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String summary() {
    return "start on an empty directory to first acknowledged record; idle memory after it";
  }

  @Override
  public int secondsExpected(Volumes volumes) {
    return 6 + volumes.idleSeconds();
  }

  @Override
  public Figures measure(Lab lab) throws Exception {
    Figures figures = new Figures();
    // Formatting Kafka's directory is not counted: it happens once in a directory's life.
    try (BrokerUnderTest broker = lab.broker();
        KafkaProducer<byte[], byte[]> producer = Clients.eagerProducer(broker.bootstrap())) {
      long start = System.nanoTime();
      broker.start();
      producer.send(new ProducerRecord<>("first", new byte[100])).get(120, TimeUnit.SECONDS);
      figures.put(Metric.START, (System.nanoTime() - start) / 1e9);
      producer.close();
      TimeUnit.SECONDS.sleep(lab.volumes().idleSeconds());
      figures.put(Metric.IDLE_MEMORY, ProcStat.residentMb(broker.pid()));
    }
    return figures;
  }
}
