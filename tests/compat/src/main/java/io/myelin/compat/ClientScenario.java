package io.myelin.compat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What an application does with kafka-clients, from the admin client to a rebalance. Runs as a
 * process of its own with the client library of any version from 2.8 on; uses only what that one
 * has. Prints {@code OK} and ends with 0, or says what was wrong.
 */
public final class ClientScenario {
  private static final int PARTITIONS = 4;
  private static final int PER_CODEC = 120;
  private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String bootstrap;
  private final String topic;
  private final Set<String> sent = new TreeSet<>();
  private long middleTimestampMs;

  private ClientScenario(String bootstrap, String name) {
    this.bootstrap = bootstrap;
    this.topic = name;
  }

  public static void main(String[] args) throws Exception {
    ClientScenario scenario = new ClientScenario(args[0], args[1]);
    scenario.createTopic();
    scenario.produceWithEveryCodec();
    scenario.consumeWithARebalance();
    scenario.seekByTimestamp();
    GroupScenario groups = new GroupScenario(scenario.bootstrap, scenario.topic, PARTITIONS);
    groups.keepWhatAStaticMemberHad();
    groups.keepWhatDoesNotMove();
    scenario.deleteTopic();
    System.out.println("OK");
  }

  private void createTopic() throws ExecutionException, InterruptedException {
    try (AdminClient admin =
        AdminClient.create(Map.<String, Object>of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
      for (int i = 0; !admin.listTopics().names().get().contains(topic); i++) {
        check(i < 100, "the new topic is not listed");
      }
      check(!admin.describeCluster().clusterId().get().isEmpty(), "the cluster has no id");
    }
  }

  private void produceWithEveryCodec() throws Exception {
    long timestampMs = 1_700_000_000_000L;
    for (String codec : CODECS) {
      if (codec.equals("lz4")) {
        middleTimestampMs = timestampMs;
      }
      try (KafkaProducer<byte[], byte[]> producer = producer(codec)) {
        List<Future<RecordMetadata>> answers = new ArrayList<>();
        for (int i = 0; i < PER_CODEC; i++) {
          answers.add(producer.send(record(codec, i, timestampMs++)));
        }
        for (Future<RecordMetadata> answer : answers) {
          check(answer.get().hasOffset(), "a record has no offset");
        }
      }
    }
  }

  private ProducerRecord<byte[], byte[]> record(String codec, int i, long timestampMs) {
    String id = codec + "-" + i;
    sent.add(id);
    byte[] key = i % 6 == 1 ? null : id.getBytes(UTF_8);
    byte[] value = i % 6 == 4 ? null : ("value of " + id).repeat(10).getBytes(UTF_8);
    return new ProducerRecord<>(
        topic,
        i % PARTITIONS,
        timestampMs,
        key,
        value,
        List.of(new RecordHeader("id", id.getBytes(UTF_8)), new RecordHeader("empty", null)));
  }

  /** A second member joins while the first one consumes; together they see everything. */
  private void consumeWithARebalance() {
    Set<String> seen = new TreeSet<>();
    int[] assignments = new int[1];
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    try (KafkaConsumer<byte[], byte[]> first = consumer();
        KafkaConsumer<byte[], byte[]> second = consumer()) {
      first.subscribe(List.of(topic), counting(assignments));
      while (seen.size() < 10) {
        poll(first, seen, deadlineNs);
      }
      first.commitSync();
      second.subscribe(List.of(topic), counting(assignments));
      while (seen.size() < sent.size() || second.assignment().isEmpty()) {
        poll(first, seen, deadlineNs);
        poll(second, seen, deadlineNs);
      }
      first.commitSync();
      second.commitSync();
    }
    check(seen.equals(sent), "seen " + seen.size() + " of " + sent.size());
    check(assignments[0] >= 2, "there was no rebalance");
  }

  private void poll(KafkaConsumer<byte[], byte[]> consumer, Set<String> seen, long deadlineNs) {
    check(System.nanoTime() < deadlineNs, "seen only " + seen.size() + " of " + sent.size());
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
      String id = new String(record.headers().lastHeader("id").value(), UTF_8);
      int i = Integer.parseInt(id.substring(id.indexOf('-') + 1));
      check((record.key() == null) == (i % 6 == 1), "the key of " + id);
      check((record.value() == null) == (i % 6 == 4), "the value of " + id);
      check(record.headers().lastHeader("empty").value() == null, "the null header of " + id);
      if (record.value() != null) {
        check(
            new String(record.value(), UTF_8).equals(("value of " + id).repeat(10)),
            "the bytes of " + id);
      }
      seen.add(id);
    }
  }

  private void seekByTimestamp() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      Map<TopicPartition, Long> query = new HashMap<>();
      for (int p = 0; p < PARTITIONS; p++) {
        query.put(new TopicPartition(topic, p), middleTimestampMs);
      }
      consumer.assign(query.keySet());
      int expected = PER_CODEC * 2; // lz4 and zstd
      for (Map.Entry<TopicPartition, OffsetAndTimestamp> found :
          consumer.offsetsForTimes(query).entrySet()) {
        check(found.getValue().timestamp() >= middleTimestampMs, "an earlier record was found");
        consumer.seek(found.getKey(), found.getValue().offset());
      }
      long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
      int read = 0;
      while (read < expected) {
        check(
            System.nanoTime() < deadlineNs, "read " + read + " of " + expected + " after seeking");
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          check(record.timestamp() >= middleTimestampMs, "read a record from before");
          read++;
        }
      }
      check(read == expected, "read " + read + " instead of " + expected);
    }
  }

  private void deleteTopic() throws ExecutionException, InterruptedException {
    try (AdminClient admin =
        AdminClient.create(Map.<String, Object>of("bootstrap.servers", bootstrap))) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  private KafkaProducer<byte[], byte[]> producer(String codec) {
    return new KafkaProducer<>(
        Map.<String, Object>of(
            "bootstrap.servers",
            bootstrap,
            "compression.type",
            codec,
            "acks",
            "all",
            "linger.ms",
            "5"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.<String, Object>of(
            "bootstrap.servers", bootstrap,
            "group.id", "group-of-" + topic,
            "auto.offset.reset", "earliest",
            "enable.auto.commit", "false",
            "max.poll.records", "50",
            "session.timeout.ms", "10000",
            "heartbeat.interval.ms", "500"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static ConsumerRebalanceListener counting(int[] assignments) {
    return new ConsumerRebalanceListener() {
      @Override
      public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

      @Override
      public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        assignments[0]++;
      }
    };
  }

  static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
