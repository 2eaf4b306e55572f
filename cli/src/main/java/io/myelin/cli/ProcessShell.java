package io.myelin.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The process that we are, and real clients. */
final class ProcessShell implements Shell {
  // UTF-8 whatever the locale says: records are bytes, and most of them are UTF-8.
  private final PrintStream out = stream(FileDescriptor.out);
  private final PrintStream err = stream(FileDescriptor.err);

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  @Override
  public InputStream in() {
    return System.in;
  }

  @Override
  public PrintStream out() {
    return out;
  }

  @Override
  public PrintStream err() {
    return err;
  }

  @Override
  public boolean inIsTerminal() {
    return isTerminal(0);
  }

  @Override
  public boolean outIsTerminal() {
    return isTerminal(1);
  }

  @Override
  public boolean errIsTerminal() {
    return isTerminal(2);
  }

  @Override
  public boolean colours() {
    String off = System.getenv("NO_COLOR");
    return (off == null || off.isEmpty())
        && !"dumb".equals(System.getenv("TERM"))
        && outIsTerminal();
  }

  @Override
  public long monotonicNs() {
    return System.nanoTime();
  }

  /**
   * Linux tells for each descriptor; elsewhere the JDK tells for standard input and output as one.
   */
  private static boolean isTerminal(int descriptor) {
    try {
      String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return file.startsWith("/dev/pts/")
          || file.startsWith("/dev/tty")
          || file.equals("/dev/console");
    } catch (IOException e) {
      Console console = System.console();
      return console != null && console.isTerminal();
    }
  }

  @Override
  public Admin admin(Target target) {
    target.requireReachable();
    return Admin.create(target.settings());
  }

  @Override
  public Producer<byte[], byte[]> producer(Target target, Map<String, Object> settings) {
    target.requireReachable();
    Map<String, Object> all = new HashMap<>(target.settings());
    all.putAll(settings);
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public Consumer<byte[], byte[]> consumer(Target target, Map<String, Object> settings) {
    target.requireReachable();
    Map<String, Object> all = new HashMap<>(target.settings());
    all.putAll(settings);
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
