package io.myelin.controller;

import io.myelin.metadata.Controller.Refusal;

/** Which names a topic may have: Kafka's rules, in Kafka's words. */
final class TopicNames {
  private static final int LENGTH_MAX = 249;

  private TopicNames() {}

  /**
   * @throws RefusedException if no topic may be called that
   */
  static void check(String name) {
    if (name.isEmpty()) {
      throw invalid("the empty string is not allowed");
    } else if (name.equals(".") || name.equals("..")) {
      throw invalid("'" + name + "' is not allowed");
    } else if (name.length() > LENGTH_MAX) {
      throw invalid(
          "the length of '" + name + "' is longer than the max allowed length " + LENGTH_MAX);
    } else if (!name.chars().allMatch(TopicNames::isLegal)) {
      throw invalid(
          "'"
              + name
              + "' contains one or more characters other than ASCII alphanumerics, '.', '_' and"
              + " '-'");
    }
  }

  static boolean canCollide(String name) {
    return name.indexOf('.') >= 0 || name.indexOf('_') >= 0;
  }

  static String unified(String name) {
    return name.replace('.', '_');
  }

  private static boolean isLegal(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }

  private static RefusedException invalid(String why) {
    return new RefusedException(Refusal.INVALID_TOPIC, "Topic name is invalid: " + why);
  }
}
