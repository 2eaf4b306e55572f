package io.myelin.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** What the commands touch outside of themselves. Confined to the main thread. */
interface Shell {
  InputStream in();

  PrintStream out();

  PrintStream err();

  /** Somebody types. */
  boolean inIsTerminal();

  boolean outIsTerminal();

  boolean errIsTerminal();

  /** Colours on standard output: a terminal, and NO_COLOR is not set. */
  boolean colours();

  /** For the time between two moments: only differences mean anything. */
  long monotonicNs();

  Admin admin(Target target);

  Producer<byte[], byte[]> producer(Target target, Map<String, Object> settings);

  Consumer<byte[], byte[]> consumer(Target target, Map<String, Object> settings);
}
