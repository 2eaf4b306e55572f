package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application on Kafka Streams, at least once, in a process of its own. */
final class StreamsTest {
  private static final String INPUT = "streams-plaintext-input";
  private static final String OUTPUT = "streams-wordcount-output";
  private static final int ROUNDS = 200;

  @TempDir Path temp;

  @Test
  void wordsAreCountedAcrossARestartOfTheApplication() throws Exception {
    try (MyelinProcess myelin = MyelinProcess.start(temp.resolve("data"))) {
      createTopics(myelin);
      try (KafkaConsumer<String, Long> consumer = consumer(myelin)) {
        Map<String, Long> counts = new HashMap<>();
        produce(myelin, "all streams lead to kafka");
        try (Background application = wordCount(myelin)) {
          application.until(
              () -> counted(consumer, counts, "kafka", ROUNDS), "the first words' counts");
          application.stop();
        }
        produce(myelin, "hello kafka streams");
        try (Background application = wordCount(myelin)) {
          application.until(
              () ->
                  counted(consumer, counts, "kafka", 2 * ROUNDS)
                      && counted(consumer, counts, "hello", ROUNDS)
                      && counted(consumer, counts, "streams", 2 * ROUNDS),
              "counts that go on where they were");
          application.stop();
        }
        long once = ROUNDS;
        assertThat(counts)
            .isEqualTo(
                Map.of(
                    "all", once, "streams", 2 * once, "lead", once, "to", once, "kafka", 2 * once,
                    "hello", once));
      }
    }
  }

  private Background wordCount(MyelinProcess myelin) throws IOException {
    return Background.start(
        temp,
        "word-count",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            WordCount.class.getName(),
            myelin.bootstrap(),
            INPUT,
            OUTPUT,
            temp.resolve("state").toString()));
  }

  private static void createTopics(MyelinProcess myelin) throws Exception {
    try (Admin admin =
        Admin.create(Map.<String, Object>of("bootstrap.servers", myelin.bootstrap()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(INPUT, 3, (short) 1),
                  new NewTopic(OUTPUT, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
          .all()
          .get();
    }
  }

  private static void produce(MyelinProcess myelin, String line) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", myelin.bootstrap()),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = 0; i < ROUNDS; i++) {
        producer.send(new ProducerRecord<>(INPUT, i % 3, null, line));
      }
    }
  }

  private static KafkaConsumer<String, Long> consumer(MyelinProcess myelin) {
    KafkaConsumer<String, Long> consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", myelin.bootstrap()),
            new StringDeserializer(),
            new LongDeserializer());
    List<TopicPartition> partitions = List.of(new TopicPartition(OUTPUT, 0));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  private static boolean counted(
      KafkaConsumer<String, Long> consumer, Map<String, Long> counts, String word, long expected) {
    for (ConsumerRecord<String, Long> record : consumer.poll(Duration.ofMillis(100))) {
      counts.put(record.key(), record.value());
    }
    return counts.getOrDefault(word, 0L) >= expected;
  }
}
