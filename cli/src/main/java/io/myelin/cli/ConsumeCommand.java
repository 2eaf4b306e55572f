package io.myelin.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "consume",
    mixinStandardHelpOptions = true,
    description = {
      "Prints records. Told where to start, it ends where the topic ends now, unless --follow;",
      "told nothing, or with --group, it waits for what comes."
    },
    footer = {
      "",
      "myelin consume orders --from-beginning",
      "myelin consume orders --last 10 --follow --format '%%d %%k %%v'",
      "myelin consume orders --at 2h --count 100 --output json"
    })
final class ConsumeCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int CLOSE_SECONDS_MAX = 5;

  private final Shell shell;

  @Mixin private Target target;
  @Mixin private Format format;

  @Parameters(paramLabel = "TOPIC")
  private String topic;

  @ArgGroup private Start start = new Start();

  static final class Start {
    @Option(names = "--from-beginning", description = "With the oldest record.")
    private boolean beginning;

    @Option(
        names = {"-n", "--last"},
        paramLabel = "N",
        description = "With the last N of each partition.")
    private Long last;

    @Option(
        names = "--offset",
        paramLabel = "N",
        description = "With this offset in each partition.")
    private Long offset;

    @Option(
        names = "--at",
        paramLabel = "TIME",
        description = "With the first record at 2026-11-22T21:00:00Z, or 90m, 2h, 1d ago.")
    private String time;

    boolean isGiven() {
      return beginning || last != null || offset != null || time != null;
    }
  }

  @Option(
      names = {"-p", "--partition"},
      description = "Only this; all by default.")
  private List<Integer> partitions;

  @Option(
      names = {"-F", "--follow"},
      description = "Wait for more at the end.")
  private boolean follow;

  @Option(
      names = {"-g", "--group"},
      description = "Read as a member of this group, and commit.")
  private String group;

  @Option(
      names = {"-c", "--count"},
      paramLabel = "N",
      description = "End after so many records.")
  private Long count;

  @Option(
      names = "--format",
      paramLabel = "TEMPLATE",
      defaultValue = "%v",
      description =
          "%%t topic, %%p partition, %%o offset, %%T time in ms, %%d date, %%k key, %%v value,"
              + " %%h headers (%%v).")
  private String template;

  private long printed;

  ConsumeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    if (group != null && (start.isGiven() && !start.beginning || partitions != null)) {
      throw new UserError(
          "a group decides itself where it reads: with --group only --from-beginning, for a group"
              + " that has committed nothing. 'myelin groups reset' moves one.");
    }
    RecordPrinter printer =
        format.isJson() ? RecordPrinter.json() : RecordPrinter.template(template);
    Map<String, Object> settings = new HashMap<>();
    settings.put("auto.offset.reset", start.beginning ? "earliest" : "latest");
    settings.put("enable.auto.commit", false);
    settings.put("allow.auto.create.topics", false);
    if (group != null) {
      settings.put("group.id", group);
    }
    try (Consumer<byte[], byte[]> consumer = shell.consumer(target, settings)) {
      CountDownLatch done = new CountDownLatch(1);
      Thread onInterrupt = new Thread(() -> interrupted(consumer, done), "interrupt");
      Runtime.getRuntime().addShutdownHook(onInterrupt);
      try {
        Map<TopicPartition, Long> ends = position(consumer);
        read(consumer, printer, ends);
      } catch (WakeupException e) {
        // Ctrl-C: what was printed is committed, the group is left in order.
        return 0;
      } finally {
        consumer.close();
        done.countDown();
        removeHook(onInterrupt);
      }
    }
    return 0;
  }

  private static void interrupted(Consumer<byte[], byte[]> consumer, CountDownLatch done) {
    consumer.wakeup();
    try {
      done.await(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook is what got us here.
      return;
    }
  }

  /** Where to stop, by partition; empty when there is no end. */
  private Map<TopicPartition, Long> position(Consumer<byte[], byte[]> consumer) {
    if (group != null) {
      consumer.subscribe(List.of(topic));
      return Map.of();
    }
    List<TopicPartition> assigned = partitions(consumer);
    consumer.assign(assigned);
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(assigned);
    Map<TopicPartition, Long> ends = consumer.endOffsets(assigned);
    Map<TopicPartition, OffsetAndTimestamp> times = times(consumer, assigned);
    for (TopicPartition partition : assigned) {
      long first = starts.get(partition);
      long end = ends.get(partition);
      long from = end;
      if (start.beginning) {
        from = first;
      } else if (start.last != null) {
        from = end - start.last;
      } else if (start.offset != null) {
        from = start.offset;
      } else if (times.get(partition) != null) {
        from = times.get(partition).offset();
      }
      consumer.seek(partition, Math.clamp(from, first, end));
    }
    return follow || !start.isGiven() ? Map.of() : ends;
  }

  private Map<TopicPartition, OffsetAndTimestamp> times(
      Consumer<byte[], byte[]> consumer, List<TopicPartition> assigned) {
    if (start.time == null) {
      return Map.of();
    }
    long epochMs = OffsetTarget.time(start.time, Clock.systemDefaultZone());
    Map<TopicPartition, Long> question = new HashMap<>();
    assigned.forEach(partition -> question.put(partition, epochMs));
    return consumer.offsetsForTimes(question);
  }

  private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
    List<PartitionInfo> known = consumer.partitionsFor(topic);
    if (known == null || known.isEmpty()) {
      throw Errors.explain(new UnknownTopicOrPartitionException(), "topic '" + topic + "'");
    }
    List<TopicPartition> chosen = new ArrayList<>();
    for (PartitionInfo info : known) {
      if (partitions == null || partitions.contains(info.partition())) {
        chosen.add(new TopicPartition(topic, info.partition()));
      }
    }
    if (partitions != null && chosen.size() < partitions.size()) {
      throw new UserError(
          "topic '%s' has the partitions 0 to %d, not all of %s"
              .formatted(topic, known.size() - 1, partitions));
    }
    return chosen;
  }

  private void read(
      Consumer<byte[], byte[]> consumer, RecordPrinter printer, Map<TopicPartition, Long> ends)
      throws IOException {
    Map<TopicPartition, OffsetAndMetadata> toCommit = new HashMap<>();
    OutputStream out = new BufferedOutputStream(shell.out());
    try (ProgressBar progress = new ProgressBar(shell, "records", total(consumer, ends))) {
      while (!isDone(consumer, ends)) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        for (ConsumerRecord<byte[], byte[]> record : records) {
          if (isWanted(record, ends)) {
            printer.print(record, out);
            printed++;
            if (group != null) {
              // What was printed, not what was fetched: with --count that is less.
              toCommit.put(
                  new TopicPartition(record.topic(), record.partition()),
                  new OffsetAndMetadata(record.offset() + 1));
            }
            // On a terminal the records themselves are progress enough.
            if (!shell.outIsTerminal()) {
              progress.at(printed);
            }
          }
        }
        out.flush();
        if (shell.out().checkError()) {
          // Whoever read our output has closed it, as 'head' does.
          return;
        }
        if (!toCommit.isEmpty()) {
          consumer.commitSync(toCommit);
          toCommit.clear();
        }
      }
    } finally {
      out.flush();
    }
  }

  /** How many there are to come at most: compaction may have left fewer. 0 when nobody knows. */
  private long total(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    if (ends.isEmpty()) {
      return count == null ? 0 : count;
    }
    long ahead = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      ahead += end.getValue() - consumer.position(end.getKey());
    }
    return count == null ? ahead : Math.min(count, ahead);
  }

  private boolean isWanted(ConsumerRecord<byte[], byte[]> record, Map<TopicPartition, Long> ends) {
    Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
    return (count == null || printed < count) && (end == null || record.offset() < end);
  }

  private boolean isDone(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    if (count != null && printed >= count) {
      return true;
    }
    return !ends.isEmpty()
        && ends.entrySet().stream()
            .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }
}
