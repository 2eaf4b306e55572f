package io.myelin.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MockAdminClient;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's in-memory clients, and buffers for what would be the terminal. */
final class FakeShell implements Shell {
  final MockAdminClient admin = MockAdminClient.create().numBrokers(1).build();
  final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  boolean errIsTerminal;
  boolean colours;
  long nowNs;

  /** How much later it is at each look at the clock. */
  long tickNs;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
  private final PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
  private InputStream in = InputStream.nullInputStream();

  int run(String... args) {
    out.reset();
    err.reset();
    return Main.commandLine(this).execute(args);
  }

  FakeShell typed(String text) {
    in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public PrintStream out() {
    return outStream;
  }

  @Override
  public PrintStream err() {
    return errStream;
  }

  @Override
  public boolean inIsTerminal() {
    return false;
  }

  @Override
  public boolean outIsTerminal() {
    return false;
  }

  @Override
  public boolean errIsTerminal() {
    return errIsTerminal;
  }

  @Override
  public boolean colours() {
    return colours;
  }

  @Override
  public long monotonicNs() {
    nowNs += tickNs;
    return nowNs;
  }

  @Override
  public Admin admin(Target target) {
    return admin;
  }

  @Override
  public Producer<byte[], byte[]> producer(Target target, Map<String, Object> settings) {
    return producer;
  }

  @Override
  public Consumer<byte[], byte[]> consumer(Target target, Map<String, Object> settings) {
    return consumer;
  }
}
