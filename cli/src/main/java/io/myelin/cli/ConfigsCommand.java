package io.myelin.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "configs",
    mixinStandardHelpOptions = true,
    description = "Show and change settings of topics and brokers.")
final class ConfigsCommand extends Group {
  private final Shell shell;

  ConfigsCommand(Shell shell) {
    this.shell = shell;
  }

  enum Kind {
    topic,
    broker
  }

  @Command(
      name = "get",
      mixinStandardHelpOptions = true,
      description = "Shows the settings that differ from the default, or all.")
  void get(
      @Mixin Target target,
      @Mixin Format format,
      @Parameters(index = "0", paramLabel = "topic|broker") Kind kind,
      @Parameters(index = "1", paramLabel = "NAME", description = "A topic, or a broker's id.")
          String name,
      @Parameters(index = "2..*", paramLabel = "KEY", description = "Only these.")
          List<String> keys,
      @Option(
              names = {"-a", "--all"},
              description = "With those that have their default.")
          boolean all)
      throws Exception {
    try (Admin admin = shell.admin(target)) {
      List<ConfigEntry> shown = new ArrayList<>();
      for (ConfigEntry entry : Settings.of(admin, resource(kind, name), subject(kind, name))) {
        boolean asked = keys != null && keys.contains(entry.name());
        if (asked || (keys == null && (all || differs(entry)))) {
          shown.add(entry);
        }
      }
      if (keys != null && shown.size() < keys.size()) {
        List<String> known = shown.stream().map(ConfigEntry::name).toList();
        throw new UserError(
            subject(kind, name)
                + " has no setting '"
                + keys.stream().filter(key -> !known.contains(key)).findFirst().orElseThrow()
                + "'. 'myelin configs get --all' lists them.");
      }
      print(shown, kind, name, format);
    }
  }

  private void print(List<ConfigEntry> entries, Kind kind, String name, Format format) {
    ObjectNode json = Json.object().put("type", kind.name()).put("name", name);
    ArrayNode list = json.putArray("configs");
    Table table = new Table("KEY", "VALUE", "DEFAULT", "FROM");
    for (ConfigEntry entry : entries) {
      String value = entry.isSensitive() ? "(hidden)" : entry.value();
      String source = entry.source().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      table.row(entry.name(), value, differs(entry) ? defaultOf(entry) : "same", source);
      list.addObject()
          .put("key", entry.name())
          .put("value", entry.isSensitive() ? null : entry.value())
          .put("default", defaultOf(entry))
          .put("differs", differs(entry))
          .put("source", entry.source().name())
          .put("readOnly", entry.isReadOnly())
          .put("sensitive", entry.isSensitive());
    }
    if (format.isJson()) {
      shell.out().println(Json.pretty(json));
    } else if (entries.isEmpty()) {
      shell.err().println("Everything has its default; --all shows it.");
    } else {
      table.print(shell.out(), shell.colours());
    }
  }

  private static boolean differs(ConfigEntry entry) {
    return entry.source() != ConfigEntry.ConfigSource.DEFAULT_CONFIG;
  }

  private static String defaultOf(ConfigEntry entry) {
    return entry.synonyms().stream()
        .filter(synonym -> synonym.source() == ConfigEntry.ConfigSource.DEFAULT_CONFIG)
        .map(ConfigEntry.ConfigSynonym::value)
        .findFirst()
        .orElse(differs(entry) ? null : entry.value());
  }

  @Command(name = "set", mixinStandardHelpOptions = true, description = "Changes settings.")
  void set(
      @Mixin Target target,
      @Parameters(index = "0", paramLabel = "topic|broker") Kind kind,
      @Parameters(
              index = "1",
              paramLabel = "NAME",
              description = "A topic, or a broker's id; 'default' for all brokers.")
          String name,
      @Parameters(index = "2..*", arity = "1..*", paramLabel = "KEY=VALUE")
          Map<String, String> values)
      throws Exception {
    List<AlterConfigOp> operations = new ArrayList<>();
    values.forEach(
        (key, value) ->
            operations.add(
                new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
    alter(target, kind, name, operations);
  }

  @Command(
      name = "unset",
      mixinStandardHelpOptions = true,
      description = "Gives settings back their default.")
  void unset(
      @Mixin Target target,
      @Parameters(index = "0", paramLabel = "topic|broker") Kind kind,
      @Parameters(index = "1", paramLabel = "NAME") String name,
      @Parameters(index = "2..*", arity = "1..*", paramLabel = "KEY") List<String> keys)
      throws Exception {
    List<AlterConfigOp> operations = new ArrayList<>();
    keys.forEach(
        key ->
            operations.add(
                new AlterConfigOp(new ConfigEntry(key, null), AlterConfigOp.OpType.DELETE)));
    alter(target, kind, name, operations);
  }

  private void alter(Target target, Kind kind, String name, List<AlterConfigOp> operations) {
    ConfigResource resource = resource(kind, name);
    try (Admin admin = shell.admin(target)) {
      Futures.get(
          admin.incrementalAlterConfigs(Map.of(resource, operations)).values().get(resource),
          subject(kind, name));
      shell.err().println(subject(kind, name) + ": " + operations.size() + " changed");
    }
  }

  private static ConfigResource resource(Kind kind, String name) {
    return switch (kind) {
      case topic -> new ConfigResource(ConfigResource.Type.TOPIC, name);
      // Kafka's name of the settings that all brokers share is the empty one.
      case broker ->
          new ConfigResource(ConfigResource.Type.BROKER, name.equals("default") ? "" : name);
    };
  }

  private static String subject(Kind kind, String name) {
    return kind + " '" + name + "'";
  }
}
