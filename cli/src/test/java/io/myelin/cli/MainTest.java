package io.myelin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class MainTest {
  private final FakeShell shell = new FakeShell();

  @Test
  void createdTopicIsListedForPeopleAndForScripts() throws Exception {
    assertThat(shell.run("topics", "create", "orders", "-p", "3", "-r", "1")).isZero();
    assertThat(shell.output()).isEqualTo("orders: created\n");

    shell.run("topics", "list");
    assertThat(shell.output())
        .isEqualTo(
            """
            TOPIC   PARTITIONS  REPLICAS
            orders           3         1
            """);

    shell.run("topics", "list", "--output", "json");
    JsonNode topic = new ObjectMapper().readTree(shell.output()).get("topics").get(0);
    assertThat(topic.get("name").asText()).isEqualTo("orders");
    assertThat(topic.get("partitions").asInt()).isEqualTo(3);
    assertThat(topic.get("replicationFactor").asInt()).isEqualTo(1);
  }

  @Test
  void tablesAndHelpHaveColoursWhereTheShellHasThem() {
    shell.run("topics", "create", "orders", "-p", "3", "-r", "1");
    shell.run("topics", "list");
    assertThat(shell.output()).doesNotContain("\u001b");
    shell.run("--help");
    assertThat(shell.output()).contains("Usage: myelin ").doesNotContain("\u001b");

    shell.colours = true;
    shell.run("topics", "list");
    assertThat(shell.output()).startsWith("\u001b[1mTOPIC   PARTITIONS  REPLICAS\u001b[0m\norders");
    shell.run("--help");
    assertThat(shell.output()).contains("Usage: \u001b[1mmyelin");
    shell.run("topics", "list", "--output", "json");
    assertThat(shell.output()).doesNotContain("\u001b");
  }

  @Test
  void aTopicThatExistsIsAnErrorThatSaysWhatToDo() {
    shell.run("topics", "create", "orders", "-p", "1", "-r", "1");
    assertThat(shell.run("topics", "create", "orders", "-p", "1", "-r", "1")).isEqualTo(1);
    assertThat(shell.errors()).contains("topic 'orders'", "exists already", "describe");
  }

  @Test
  void nothingIsDeletedWhenNobodyIsThereToAsk() {
    shell.run("topics", "create", "orders", "-p", "1", "-r", "1");
    assertThat(shell.run("topics", "delete", "orders")).isEqualTo(1);
    assertThat(shell.errors()).contains("--yes");
    assertThat(shell.run("topics", "delete", "orders", "--yes")).isZero();
    shell.run("topics", "list");
    assertThat(shell.output()).isEmpty();
  }

  @Test
  void misunderstoodCommandsEndWithTwoAndNameTheHelp() {
    assertThat(shell.run("topics", "list", "--colour")).isEqualTo(2);
    assertThat(shell.errors()).contains("--colour");
    assertThat(shell.run("configs", "get", "cluster", "x")).isEqualTo(2);
    assertThat(shell.errors()).contains("topic, broker", "myelin configs get --help");
    assertThat(shell.run("topics")).isEqualTo(2);
    assertThat(shell.errors()).contains("create, delete, describe, list, partitions");
  }

  @Test
  void producesEachLineWithItsKeyAndTheHeaders() {
    int exitCode =
        shell
            .typed("a:first\nb:NULL\nc:with:colon\n")
            .run("produce", "orders", "-K", ":", "--null", "NULL", "-H", "source=test");

    assertThat(exitCode).isZero();
    List<ProducerRecord<byte[], byte[]>> sent = shell.producer.history();
    assertThat(sent).hasSize(3);
    assertThat(text(sent.get(0).key())).isEqualTo("a");
    assertThat(text(sent.get(0).value())).isEqualTo("first");
    assertThat(sent.get(1).value()).isNull();
    assertThat(text(sent.get(2).value())).isEqualTo("with:colon");
    assertThat(text(sent.get(0).headers().lastHeader("source").value())).isEqualTo("test");
    assertThat(shell.errors()).contains("3 records to orders");
  }

  @Test
  void aLineWithoutTheSeparatorIsShownAndRefused() {
    assertThat(shell.typed("plain\n").run("produce", "orders", "-K", ":")).isEqualTo(1);
    assertThat(shell.errors()).contains("'plain'", "':'");
  }

  @Test
  void consumesTheLastRecordsByTemplate() {
    givenRecords();
    int exitCode = shell.run("consume", "orders", "--last", "2", "--format", "%o %k=%v %h");
    assertThat(exitCode).isZero();
    assertThat(shell.output()).isEqualTo("1 k1=v1 \n2 k2=v2 \n");
  }

  @Test
  void consumesAsOneJsonObjectPerLine() throws Exception {
    givenRecords();
    shell.run("consume", "orders", "--from-beginning", "--count", "1", "-o", "json");
    JsonNode record = new ObjectMapper().readTree(shell.output());
    assertThat(shell.output().lines()).hasSize(1);
    assertThat(record.get("topic").asText()).isEqualTo("orders");
    assertThat(record.get("offset").asLong()).isZero();
    assertThat(record.get("key").asText()).isEqualTo("k0");
    assertThat(record.get("value").asText()).isEqualTo("v0");
    assertThat(record.get("headers").isEmpty()).isTrue();
  }

  @Test
  void aReadThatEndsWhereTheTopicEndsShowsHowMuchOfItIsDone() {
    givenRecords();
    shell.errIsTerminal = true;
    shell.tickNs = 1_000_000_000;

    assertThat(shell.run("consume", "orders", "--from-beginning")).isZero();

    assertThat(shell.errors()).contains(" 33 %  1 records", " 66 %  2 records", "100 %  3 records");
  }

  @Test
  void aReadThatEndsAfterSomeRecordsShowsHowManyOfThemAreDone() {
    givenRecords();
    shell.errIsTerminal = true;
    shell.tickNs = 1_000_000_000;

    assertThat(shell.run("consume", "orders", "--last", "3", "--count", "2")).isZero();

    assertThat(shell.errors()).contains(" 50 %  1 records", "100 %  2 records");
  }

  @Test
  void aReadWithoutAnEndShowsOnlyHowManyItHasRead() {
    givenRecords();
    shell.errIsTerminal = true;
    shell.tickNs = 1_000_000_000;
    shell.consumer.schedulePollTask(shell.consumer::wakeup);

    assertThat(shell.run("consume", "orders", "--from-beginning", "--follow")).isZero();

    assertThat(shell.errors()).contains("3 records, ").doesNotContain("%");
  }

  @Test
  void completionKnowsOurCommandsAndTheLaunchers() {
    assertThat(shell.run("completion", "bash")).isZero();
    assertThat(shell.output()).contains("complete -F", "topics", "--data-dir", "bench");
    assertThat(shell.run("completion", "zsh")).isZero();
    assertThat(shell.output()).startsWith("autoload");
  }

  private void givenRecords() {
    TopicPartition partition = new TopicPartition("orders", 0);
    Node node = new Node(1, "localhost", 9092);
    Node[] nodes = {node};
    shell.consumer.updatePartitions(
        "orders", List.of(new PartitionInfo("orders", 0, node, nodes, nodes)));
    shell.consumer.updateBeginningOffsets(Map.of(partition, 0L));
    shell.consumer.updateEndOffsets(Map.of(partition, 3L));
    shell.consumer.schedulePollTask(
        () -> {
          for (int i = 0; i < 3; i++) {
            shell.consumer.addRecord(
                new ConsumerRecord<>("orders", 0, i, bytes("k" + i), bytes("v" + i)));
          }
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
