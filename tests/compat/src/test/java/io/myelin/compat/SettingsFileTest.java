package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/myelin up --config} with files made for Kafka. */
final class SettingsFileTest {
  /** What Kafka 4.3 ships as config/server.properties, with another port and directory. */
  private static final String SHIPPED =
      """
      process.roles=broker,controller
      node.id=1
      controller.quorum.bootstrap.servers=localhost:9093
      listeners=PLAINTEXT://:%1$d,CONTROLLER://:9093
      inter.broker.listener.name=PLAINTEXT
      advertised.listeners=PLAINTEXT://localhost:%1$d,CONTROLLER://localhost:9093
      controller.listener.names=CONTROLLER
      listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,\
      SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL
      num.network.threads=3
      num.io.threads=8
      socket.send.buffer.bytes=102400
      socket.receive.buffer.bytes=102400
      socket.request.max.bytes=104857600
      log.dirs=%2$s
      num.partitions=1
      num.recovery.threads.per.data.dir=1
      offsets.topic.replication.factor=1
      share.coordinator.state.topic.replication.factor=1
      share.coordinator.state.topic.min.isr=1
      transaction.state.log.replication.factor=1
      transaction.state.log.min.isr=1
      log.retention.hours=168
      log.segment.bytes=1073741824
      log.retention.check.interval.ms=300000
      """;

  @TempDir Path temp;

  @Test
  void theFileThatKafkaShipsIsServed() throws Exception {
    Path data = temp.resolve("data");
    try (MyelinProcess myelin = MyelinProcess.start(data, port -> SHIPPED.formatted(port, data))) {
      Command produced =
          kcat("one\ntwo\n", "-P", "-b", myelin.bootstrap(), "-t", "events", "-X", "acks=all");
      assertThat(produced.exitCode()).as(produced.output()).isZero();
      assertThat(kcat("", "-C", "-q", "-e", "-b", myelin.bootstrap(), "-t", "events").output())
          .isEqualTo("one\ntwo\n");

      assertThat(Files.readString(myelin.log()))
          .contains("The listener CONTROLLER://:9093 is for Kafka's controllers")
          .containsPattern("Without effect in Myelin.*: .*num.recovery.threads.per.data.dir");
    }
  }

  @Test
  void whoAsksForProtectionIsRefusedInOneLine() throws IOException {
    assertThat(refusal("listeners=SSL://127.0.0.1:0", "ssl.keystore.location=/etc/keys.p12"))
        .contains("not supported yet", "listener SSL (SSL)", "ssl.keystore.location");
    assertThat(
            refusal(
                "myelin.role=controller",
                "myelin.etcd.endpoints=127.0.0.1:1",
                "myelin.grpc.listener=127.0.0.1:0",
                "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer"))
        .contains("not supported yet", "authorizer.class.name");
  }

  private String refusal(String... settings) throws IOException {
    Path file = Files.write(temp.resolve("refused.properties"), List.of(settings));
    Command refused =
        Command.run(
            temp,
            MyelinProcess.home().resolve("bin/myelin").toString(),
            "up",
            "--config",
            file.toString(),
            "--data-dir",
            temp.resolve("refused").toString(),
            "--http",
            "127.0.0.1:0");
    assertThat(refused.exitCode()).as(refused.output()).isOne();
    assertThat(refused.output().lines()).hasSize(1);
    return refused.output();
  }

  private Command kcat(String input, String... arguments) {
    List<String> words = new java.util.ArrayList<>(List.of("kcat"));
    words.addAll(List.of(arguments));
    return Command.run(temp, input, words);
  }
}
