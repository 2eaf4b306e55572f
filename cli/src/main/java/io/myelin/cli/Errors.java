package io.myelin.cli;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** What to tell a person about a failure: what happened, with which value, and what to do next. */
final class Errors {
  private Errors() {}

  static Throwable root(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null
        && (cause instanceof ExecutionException
            || cause instanceof CompletionException
            || cause.getClass() == KafkaException.class)) {
      cause = cause.getCause();
    }
    return cause;
  }

  /**
   * @param subject what the command was about, as in "topic 'orders'"
   */
  static UserError explain(Throwable error, String subject) {
    Throwable root = root(error);
    if (root instanceof UserError known) {
      return known;
    }
    return new UserError(subject + ": " + sentence(root));
  }

  static String sentence(Throwable root) {
    String said = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    said = said.matches("(?s).*[.!?]\\s*") ? said.strip() : said.strip() + ".";
    return switch (root) {
      case UnknownTopicOrPartitionException e ->
          "there is no such topic or partition. 'myelin topics list' shows what there is,"
              + " 'myelin topics create' makes one.";
      case TopicExistsException e ->
          "it exists already. 'myelin topics describe' shows it; delete it first to start afresh.";
      case InvalidTopicException e ->
          said + " A topic's name has up to 249 letters, digits, '.', '_' and '-'.";
      case InvalidReplicationFactorException e ->
          said + " Use --replication-factor with at most as many as there are brokers.";
      case InvalidPartitionsException e ->
          said + " Partitions can only be added, and there is at least one.";
      case GroupIdNotFoundException e -> "there is no such group. 'myelin groups list' shows them.";
      case GroupNotEmptyException e -> "it still has members. Stop its consumers and try again.";
      case RecordTooLargeException e ->
          said + " Raise the topic's max.message.bytes and the client's max.request.size.";
      case TimeoutException e ->
          said + " The broker did not answer in time: look at its log, or raise --timeout.";
      case AuthenticationException e ->
          said + " Give the credentials in a file with --client-config.";
      case AuthorizationException e -> said + " Ask for the permission, or use another principal.";
      case UnsupportedVersionException e ->
          said
              + " The broker does not offer this yet: see what it serves with"
              + " bin/kafka-broker-api-versions.sh.";
      // Kafka derives the three above from this one.
      case InvalidConfigurationException e ->
          said + " 'myelin configs get --all' lists the keys and their values.";
      case ConfigException e -> said + " Look at --client-config and --property.";
      default -> said;
    };
  }
}
