package io.myelin.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** {@code kill -9} with many partitions; how long until they take records again. */
final class KillScenario implements Scenario {
  private static final int DEADLINE_SECONDS = 180;

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public String summary() {
    return "kill -9 with 5,000 partitions: to the first, and to the last one that acknowledges";
  }

  @Override
  public int secondsExpected(Volumes volumes) {
    return 10 + volumes.topics() * volumes.partitionsPerTopic() / 140;
  }

  @Override
  public Figures measure(Lab lab) throws Exception {
    Volumes volumes = lab.volumes();
    Figures figures = new Figures();
    try (BrokerUnderTest broker = lab.startedBroker()) {
      List<NewTopic> topics = new ArrayList<>();
      for (int topic = 0; topic < volumes.topics(); topic++) {
        topics.add(new NewTopic("many-" + topic, volumes.partitionsPerTopic(), (short) 1));
      }
      Clients.createTopics(broker.bootstrap(), topics);
      oneRecordEach(broker, topics, System.nanoTime());
      broker.kill();
      long start = System.nanoTime();
      broker.start();
      Acknowledged acknowledged = oneRecordEach(broker, topics, start);
      figures.put(Metric.KILL_FIRST, acknowledged.firstSeconds());
      figures.put(Metric.KILL_ALL, acknowledged.allSeconds());
    }
    return figures;
  }

  /** Loads and compiles what the clock of this scenario and of the start would otherwise count. */
  static void touch(BrokerUnderTest broker) throws Exception {
    List<NewTopic> topics = List.of(new NewTopic("touched", 10, (short) 1));
    Clients.createTopics(broker.bootstrap(), topics);
    for (int i = 0; i < 20; i++) {
      oneRecordEach(broker, topics, System.nanoTime());
    }
  }

  record Acknowledged(double firstSeconds, double allSeconds) {}

  /** Sends a record to each partition, and waits for all. */
  static Acknowledged oneRecordEach(Target broker, List<NewTopic> topics, long start)
      throws InterruptedException {
    int partitions = topics.stream().mapToInt(NewTopic::numPartitions).sum();
    CountDownLatch left = new CountDownLatch(partitions);
    AtomicLong first = new AtomicLong();
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer = Clients.eagerProducer(broker.bootstrap())) {
      for (NewTopic topic : topics) {
        for (int partition = 0; partition < topic.numPartitions(); partition++) {
          producer.send(
              new ProducerRecord<>(topic.name(), partition, null, new byte[100]),
              (metadata, error) -> {
                if (error != null) {
                  failure.compareAndSet(null, error);
                }
                first.compareAndSet(0, System.nanoTime());
                left.countDown();
              });
        }
      }
      if (!left.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(left.getCount() + " partitions did not acknowledge");
      }
      long all = System.nanoTime();
      if (failure.get() != null) {
        throw new IllegalStateException("a partition refused its record", failure.get());
      }
      return new Acknowledged((first.get() - start) / 1e9, (all - start) / 1e9);
    }
  }
}
