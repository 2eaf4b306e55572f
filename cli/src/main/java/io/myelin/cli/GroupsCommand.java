package io.myelin.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "groups",
    mixinStandardHelpOptions = true,
    description = "List, describe, move and delete consumer groups.")
final class GroupsCommand extends Group {
  private final Shell shell;

  GroupsCommand(Shell shell) {
    this.shell = shell;
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists groups.")
  void list(@Mixin Target target, @Mixin Format format) {
    try (Admin admin = shell.admin(target)) {
      List<GroupListing> groups = new ArrayList<>(Futures.get(admin.listGroups().all(), "groups"));
      groups.sort(Comparator.comparing(GroupListing::groupId));
      ObjectNode json = Json.object();
      ArrayNode list = json.putArray("groups");
      Table table = new Table("GROUP", "TYPE", "STATE");
      for (GroupListing group : groups) {
        String type = group.type().map(Object::toString).orElse(null);
        String state = group.groupState().map(GroupState::toString).orElse(null);
        table.row(group.groupId(), type, state);
        list.addObject().put("group", group.groupId()).put("type", type).put("state", state);
      }
      if (format.isJson()) {
        shell.out().println(Json.pretty(json));
      } else if (groups.isEmpty()) {
        shell.err().println("There are no groups: 'myelin consume TOPIC --group NAME' makes one.");
      } else {
        table.print(shell.out(), shell.colours());
      }
    }
  }

  @Command(
      name = "describe",
      mixinStandardHelpOptions = true,
      description = "Shows how far a group has read, how far it lags, and who reads.")
  void describe(
      @Mixin Target target,
      @Mixin Format format,
      @Parameters(arity = "1..*", paramLabel = "GROUP") List<String> names) {
    try (Admin admin = shell.admin(target)) {
      ObjectNode json = Json.object();
      ArrayNode list = json.putArray("groups");
      for (String name : names) {
        ConsumerGroupDescription group =
            Futures.get(
                admin.describeConsumerGroups(List.of(name)).describedGroups().get(name),
                subject(name));
        describe(admin, group, format, list.addObject());
      }
      if (format.isJson()) {
        shell.out().println(Json.pretty(json));
      }
    }
  }

  private void describe(
      Admin admin, ConsumerGroupDescription group, Format format, ObjectNode json) {
    Map<TopicPartition, MemberDescription> owners = new HashMap<>();
    for (MemberDescription member : group.members()) {
      member.assignment().topicPartitions().forEach(each -> owners.put(each, member));
    }
    Map<TopicPartition, Long> committed = committed(admin, group.groupId());
    TreeSet<TopicPartition> partitions = new TreeSet<>(Offsets.BY_NAME);
    partitions.addAll(committed.keySet());
    partitions.addAll(owners.keySet());
    Map<TopicPartition, Long> ends = Offsets.list(admin, partitions, OffsetSpec.latest());
    json.put("group", group.groupId())
        .put("state", group.groupState().toString())
        .put("assignor", group.partitionAssignor())
        .put("members", group.members().size());
    ArrayNode list = json.putArray("partitions");
    Table table = new Table("TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "CLIENT", "HOST");
    long total = 0;
    for (TopicPartition partition : partitions) {
      Long position = committed.get(partition);
      Long lag = position == null ? null : ends.get(partition) - position;
      total += lag == null ? 0 : lag;
      MemberDescription owner = owners.get(partition);
      String client = owner == null ? null : owner.clientId();
      String host = owner == null ? null : owner.host();
      table.row(
          partition.topic(),
          partition.partition(),
          position,
          ends.get(partition),
          lag,
          client,
          host);
      list.addObject()
          .put("topic", partition.topic())
          .put("partition", partition.partition())
          .put("committedOffset", position)
          .put("endOffset", ends.get(partition))
          .put("lag", lag)
          .put("clientId", client)
          .put("host", host);
    }
    json.put("lag", total);
    if (!format.isJson()) {
      shell
          .out()
          .printf(
              "%s  (%s, %d members, lag %d)%n",
              group.groupId(), group.groupState(), group.members().size(), total);
      table.print(shell.out(), shell.colours());
    }
  }

  private static Map<TopicPartition, Long> committed(Admin admin, String group) {
    Map<TopicPartition, Long> offsets = new TreeMap<>(Offsets.BY_NAME);
    Futures.get(
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), subject(group))
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                offsets.put(partition, offset.offset());
              }
            });
    return offsets;
  }

  @Command(
      name = "reset",
      mixinStandardHelpOptions = true,
      description =
          "Moves a group that nobody uses; only shows what would change without --execute.")
  void reset(
      @Mixin Target target,
      @Mixin Format format,
      @Parameters(paramLabel = "GROUP") String name,
      @Option(
              names = {"-t", "--topic"},
              paramLabel = "TOPIC[:PARTITION]",
              description = "Only this; everything that the group has committed by default.")
          List<String> topics,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "WHERE",
              description =
                  "earliest, latest, an offset, +N or -N records, a time (2026-11-22T21:00:00Z),"
                      + " or an age (90m, 2h, 1d).")
          String where,
      @Option(names = "--dry-run", description = "Only show it: the default.") boolean dryRun,
      @Option(names = "--execute", description = "Do it.") boolean execute) {
    if (dryRun && execute) {
      throw new UserError("--dry-run and --execute exclude each other: give one of them");
    }
    OffsetTarget to = OffsetTarget.parse(where, Clock.systemDefaultZone());
    try (Admin admin = shell.admin(target)) {
      Map<TopicPartition, Long> before = committed(admin, name);
      List<TopicPartition> partitions =
          topics == null ? List.copyOf(before.keySet()) : partitions(admin, topics);
      if (partitions.isEmpty()) {
        throw new UserError(
            subject(name) + " has committed nothing: say what to move with --topic.");
      }
      Map<TopicPartition, Long> after = Resets.resolve(admin, partitions, before, to);
      if (execute) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        after.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
        Futures.get(admin.alterConsumerGroupOffsets(name, offsets).all(), subject(name));
      }
      print(name, before, after, execute, format);
    }
  }

  private void print(
      String name,
      Map<TopicPartition, Long> before,
      Map<TopicPartition, Long> after,
      boolean executed,
      Format format) {
    ObjectNode json = Json.object().put("group", name).put("executed", executed);
    ArrayNode list = json.putArray("partitions");
    Table table = new Table("TOPIC", "PARTITION", "FROM", "TO");
    after.forEach(
        (partition, offset) -> {
          table.row(partition.topic(), partition.partition(), before.get(partition), offset);
          list.addObject()
              .put("topic", partition.topic())
              .put("partition", partition.partition())
              .put("fromOffset", before.get(partition))
              .put("toOffset", offset);
        });
    if (format.isJson()) {
      shell.out().println(Json.pretty(json));
      return;
    }
    table.print(shell.out(), shell.colours());
    if (!executed) {
      shell.err().println("Nothing was changed: add --execute to do it.");
    }
  }

  private static List<TopicPartition> partitions(Admin admin, List<String> topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      int colon = topic.lastIndexOf(':');
      if (colon > 0) {
        String number = topic.substring(colon + 1);
        if (!number.matches("\\d{1,9}")) {
          throw new UserError("--topic '" + topic + "' is not TOPIC or TOPIC:PARTITION");
        }
        partitions.add(new TopicPartition(topic.substring(0, colon), Integer.parseInt(number)));
      } else {
        partitions.addAll(
            TopicsCommand.partitions(
                Futures.get(
                    admin.describeTopics(List.of(topic)).topicNameValues().get(topic),
                    "topic '" + topic + "'")));
      }
    }
    return partitions;
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = "Deletes groups that nobody uses, with their offsets.")
  void delete(
      @Mixin Target target,
      @Mixin Confirm confirm,
      @Parameters(arity = "1..*", paramLabel = "GROUP") List<String> names) {
    try (Admin admin = shell.admin(target)) {
      confirm.require(shell, "Delete " + String.join(", ", names) + " with all offsets?");
      var results = admin.deleteConsumerGroups(names).deletedGroups();
      for (String name : names) {
        Futures.get(results.get(name), subject(name));
        shell.err().println(name + ": deleted");
      }
    }
  }

  private static String subject(String group) {
    return "group '" + group + "'";
  }
}
