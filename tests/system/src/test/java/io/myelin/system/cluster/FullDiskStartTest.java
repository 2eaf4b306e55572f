package io.myelin.system.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Starts on a disk without room. Mounting takes root. */
@EnabledIf("io.myelin.system.cluster.SmallDisk#isAllowed")
final class FullDiskStartTest {
  private static final Path HOME = Path.of(System.getProperty("myelin.home"));
  private static final long DISK_BYTES = 16 << 20;
  private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);
  private static final String NAME = "standalone";
  private static final TopicPartition EVENTS = new TopicPartition("events", 0);

  @TempDir Path folder;

  @Test
  void aStartWithoutRoomIsRefusedInOneLineAndSucceedsOnceThereIsSome() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(NAME, folder.resolve("disk"), DISK_BYTES)) {
      Path data = Files.createDirectories(disk.path().resolve("data"));
      Path precious = Files.writeString(data.resolve("precious"), "mine");
      disk.fill();

      assertThat(refusal(data))
          .startsWith("myelin: ")
          .contains(data.toString(), "no space left", "Make room there", "--data-dir");
      assertThat(precious).hasContent("mine");

      disk.empty();
      Launched launched = Launched.start(up(data), folder.resolve("started.log"));
      Signals.stop(launched.process().toHandle());
      assertThat(precious).hasContent("mine");
    }
  }

  private static List<String> up(Path data) {
    return List.of(
        HOME.resolve("bin/myelin").toString(),
        "up",
        "--data-dir",
        data.toString(),
        "--kafka",
        "127.0.0.1:0",
        "--http",
        "127.0.0.1:0");
  }

  private static String refusal(Path data) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(up(data)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isOne();
    assertThat(output.lines()).hasSize(1);
    return output;
  }

  @Test
  void whatADiskWithoutRoomHasIsServedAndIsThereAfterwards() throws Exception {
    try (Standalone myelin = Standalone.in(HOME, folder, DISK_BYTES)) {
      myelin.start();
      produce(myelin, values(0, 100));
      myelin.stop(NAME);

      SmallDisk disk = myelin.disks().getFirst();
      disk.fill();
      myelin.start();
      assertThat(records(myelin)).isEqualTo(values(0, 100));
      myelin.stop(NAME);

      disk.empty();
      myelin.start();
      produce(myelin, values(100, 200));
      assertThat(records(myelin)).isEqualTo(values(0, 200));
    }
  }

  private static List<String> values(int begin, int end) {
    return IntStream.range(begin, end).mapToObj(i -> "event " + i).toList();
  }

  private static void produce(Standalone myelin, List<String> values) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", myelin.bootstrap(), "acks", "all");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (String value : values) {
        sent.add(producer.send(new ProducerRecord<>(EVENTS.topic(), value)));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    }
  }

  private static List<String> records(Standalone myelin) {
    Map<String, Object> settings = Map.of("bootstrap.servers", myelin.bootstrap());
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(EVENTS));
      consumer.seekToBeginning(List.of(EVENTS));
      long end = consumer.endOffsets(List.of(EVENTS)).get(EVENTS);
      long limitNs = System.nanoTime() + LIMIT_NS;
      while (consumer.position(EVENTS) < end) {
        assertThat(System.nanoTime()).as("read " + values.size()).isLessThan(limitNs);
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }
}
