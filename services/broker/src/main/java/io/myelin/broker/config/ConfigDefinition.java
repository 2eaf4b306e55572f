package io.myelin.broker.config;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * What is known about one key: Kafka's name, type, default and rule. Immutable.
 *
 * @param defaultValue as text; null: none
 * @param rule checks a parsed value; null: every value of the type will do
 * @param ignored whether it is checked and shown, and nobody obeys it
 */
public record ConfigDefinition(
    String name,
    ConfigDef.Type type,
    String defaultValue,
    ConfigDef.Importance importance,
    ConfigDef.Validator rule,
    Update update,
    boolean ignored,
    String documentation) {

  /** When a change takes effect, and how far it reaches. */
  public enum Update {
    /** At the next start. */
    STATIC,
    /** At once; set for one broker at a time. */
    BROKER,
    /** At once; set for one broker or for all. */
    CLUSTER
  }

  /**
   * The value that {@code text} stands for, with Kafka's messages for what is wrong.
   *
   * @throws ConfigException if it is not of the type, or breaks the rule
   */
  public Object parse(String text) {
    Object value = ConfigDef.parseType(name, text, parsedType());
    if (rule != null) {
      rule.ensureValid(name, value);
    }
    return value;
  }

  /** The text in the form that Kafka shows: trimmed, lists joined with commas. */
  public String normalized(String text) {
    return text == null
        ? null
        : ConfigDef.convertToString(ConfigDef.parseType(name, text, parsedType()), parsedType());
  }

  /** Whether {@code text} says what is so without it. */
  boolean hasAsDefault(String text) {
    return normalized(text).equals(normalized(defaultValue));
  }

  /** Whether clients are never told the value. */
  public boolean sensitive() {
    return type == ConfigDef.Type.PASSWORD;
  }

  public boolean isList() {
    return type == ConfigDef.Type.LIST;
  }

  @SuppressWarnings("unchecked")
  static List<String> asList(Object parsed) {
    return (List<String>) parsed;
  }

  private ConfigDef.Type parsedType() {
    // A class is a name here: nothing is loaded.
    return type == ConfigDef.Type.CLASS ? ConfigDef.Type.STRING : type;
  }
}
