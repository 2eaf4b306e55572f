package io.myelin.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = "List, describe, create, delete and grow topics.")
final class TopicsCommand extends Group {
  private final Shell shell;

  TopicsCommand(Shell shell) {
    this.shell = shell;
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists topics.")
  void list(
      @Mixin Target target,
      @Mixin Format format,
      @Option(names = "--internal", description = "With the internal ones.") boolean internal)
      throws Exception {
    try (Admin admin = shell.admin(target)) {
      Set<String> names =
          admin.listTopics(new ListTopicsOptions().listInternal(internal)).names().get();
      Collection<TopicDescription> topics =
          new TreeMap<>(admin.describeTopics(names).allTopicNames().get()).values();
      ObjectNode json = Json.object();
      ArrayNode list = json.putArray("topics");
      Table table = new Table("TOPIC", "PARTITIONS", "REPLICAS");
      for (TopicDescription topic : topics) {
        int replicas = topic.partitions().getFirst().replicas().size();
        table.row(topic.name(), topic.partitions().size(), replicas);
        list.addObject()
            .put("name", topic.name())
            .put("partitions", topic.partitions().size())
            .put("replicationFactor", replicas)
            .put("internal", topic.isInternal());
      }
      if (format.isJson()) {
        shell.out().println(Json.pretty(json));
      } else if (topics.isEmpty()) {
        shell.err().println("There are no topics yet: 'myelin topics create NAME' makes one.");
      } else {
        table.print(shell.out(), shell.colours());
      }
    }
  }

  @Command(
      name = "describe",
      mixinStandardHelpOptions = true,
      description =
          "Shows topics with their partitions and the settings that differ from the default.")
  void describe(
      @Mixin Target target,
      @Mixin Format format,
      @Parameters(arity = "1..*", paramLabel = "TOPIC") List<String> names)
      throws Exception {
    try (Admin admin = shell.admin(target)) {
      ObjectNode json = Json.object();
      ArrayNode list = json.putArray("topics");
      Map<String, KafkaFuture<TopicDescription>> futures =
          admin.describeTopics(names).topicNameValues();
      for (String name : names) {
        TopicDescription topic = get(futures.get(name), name);
        Map<TopicPartition, Offsets.Range> offsets = Offsets.ranges(admin, partitions(topic));
        Map<String, String> changed = Settings.changedOfTopic(admin, name);
        if (format.isJson()) {
          describe(topic, offsets, changed, list.addObject());
        } else {
          describe(topic, offsets, changed);
        }
      }
      if (format.isJson()) {
        shell.out().println(Json.pretty(json));
      }
    }
  }

  private void describe(
      TopicDescription topic,
      Map<TopicPartition, Offsets.Range> offsets,
      Map<String, String> changed) {
    shell.out().println(topic.name() + "  (id " + topic.topicId() + ")");
    changed.forEach((key, value) -> shell.out().println("  " + key + " = " + value));
    Table table =
        new Table("PARTITION", "LEADER", "REPLICAS", "IN SYNC", "START", "END", "RECORDS");
    for (TopicPartitionInfo partition : topic.partitions()) {
      Offsets.Range range = offsets.get(new TopicPartition(topic.name(), partition.partition()));
      table.row(
          partition.partition(),
          Optional.ofNullable(partition.leader()).map(Node::idString).orElse("none"),
          ids(partition.replicas()),
          ids(partition.isr()),
          range == null ? null : range.start(),
          range == null ? null : range.end(),
          range == null ? null : range.end() - range.start());
    }
    table.print(shell.out(), shell.colours());
  }

  private static void describe(
      TopicDescription topic,
      Map<TopicPartition, Offsets.Range> offsets,
      Map<String, String> changed,
      ObjectNode json) {
    json.put("name", topic.name())
        .put("id", topic.topicId().toString())
        .put("internal", topic.isInternal());
    ObjectNode configs = json.putObject("configs");
    changed.forEach(configs::put);
    ArrayNode partitions = json.putArray("partitions");
    for (TopicPartitionInfo partition : topic.partitions()) {
      ObjectNode node = partitions.addObject().put("partition", partition.partition());
      node.put("leader", partition.leader() == null ? null : partition.leader().id());
      ArrayNode replicas = node.putArray("replicas");
      partition.replicas().forEach(replica -> replicas.add(replica.id()));
      ArrayNode inSync = node.putArray("isr");
      partition.isr().forEach(replica -> inSync.add(replica.id()));
      Offsets.Range range = offsets.get(new TopicPartition(topic.name(), partition.partition()));
      node.put("startOffset", range == null ? null : range.start());
      node.put("endOffset", range == null ? null : range.end());
    }
  }

  private static String ids(List<Node> nodes) {
    return String.join(",", nodes.stream().map(Node::idString).toList());
  }

  static List<TopicPartition> partitions(TopicDescription topic) {
    return topic.partitions().stream()
        .map(partition -> new TopicPartition(topic.name(), partition.partition()))
        .toList();
  }

  @Command(name = "create", mixinStandardHelpOptions = true, description = "Creates topics.")
  void create(
      @Mixin Target target,
      @Mixin Format format,
      @Parameters(arity = "1..*", paramLabel = "TOPIC") List<String> names,
      @Option(
              names = {"-p", "--partitions"},
              description = "How many; the broker's num.partitions by default.")
          Integer partitions,
      @Option(
              names = {"-r", "--replication-factor"},
              description = "How many replicas; the broker's default by default.")
          Short replicas,
      @Option(names = "--config", paramLabel = "KEY=VALUE", description = "A setting of the topic.")
          Map<String, String> configs)
      throws Exception {
    try (Admin admin = shell.admin(target)) {
      List<NewTopic> topics = new ArrayList<>();
      for (String name : names) {
        topics.add(
            new NewTopic(name, Optional.ofNullable(partitions), Optional.ofNullable(replicas))
                .configs(configs == null ? Map.of() : configs));
      }
      var result = admin.createTopics(topics).values();
      changed("created", names, result, format);
    }
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = "Deletes topics and all their records.")
  void delete(
      @Mixin Target target,
      @Mixin Format format,
      @Mixin Confirm confirm,
      @Parameters(arity = "1..*", paramLabel = "TOPIC") List<String> names)
      throws Exception {
    try (Admin admin = shell.admin(target)) {
      confirm.require(shell, "Delete " + String.join(", ", names) + " with all records?");
      changed("deleted", names, admin.deleteTopics(names).topicNameValues(), format);
    }
  }

  @Command(
      name = "partitions",
      mixinStandardHelpOptions = true,
      description = "Adds partitions: 'myelin topics partitions add TOPIC COUNT'.")
  void partitions(
      @Mixin Target target,
      @Mixin Format format,
      @Parameters(index = "0", paramLabel = "add", description = "What to do.") Verb verb,
      @Parameters(index = "1", paramLabel = "TOPIC") String name,
      @Parameters(index = "2", paramLabel = "COUNT", description = "How many more.") int more)
      throws Exception {
    try (Admin admin = shell.admin(target)) {
      TopicDescription topic =
          get(admin.describeTopics(List.of(name)).topicNameValues().get(name), name);
      int total = topic.partitions().size() + more;
      changed(
          switch (verb) {
            case add -> "grew to " + total + " partitions";
          },
          List.of(name),
          admin.createPartitions(Map.of(name, NewPartitions.increaseTo(total))).values(),
          format);
    }
  }

  enum Verb {
    add
  }

  /** Every topic is told about, also after one that failed; the first failure is the command's. */
  private void changed(
      String what, List<String> names, Map<String, KafkaFuture<Void>> results, Format format) {
    UserError failure = null;
    ObjectNode json = Json.object();
    ArrayNode list = json.putArray("topics");
    for (String name : new TreeSet<>(names)) {
      try {
        get(results.get(name), name);
        list.addObject().put("name", name).put("result", what);
        if (!format.isJson()) {
          shell.out().println(name + ": " + what);
        }
      } catch (UserError e) {
        list.addObject().put("name", name).put("error", e.getMessage());
        if (failure != null) {
          shell.err().println("myelin: " + failure.getMessage());
        }
        failure = e;
      }
    }
    if (format.isJson()) {
      shell.out().println(Json.pretty(json));
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static <T> T get(KafkaFuture<T> future, String topic) {
    return Futures.get(future, "topic '" + topic + "'");
  }
}
