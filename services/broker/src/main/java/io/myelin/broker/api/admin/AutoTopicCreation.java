package io.myelin.broker.api.admin;

import io.myelin.broker.image.InternalTopics;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Makes topics that clients ask for, in the background: the client is told that the topic is not
 * there yet, and asks again. Thread-safe, never blocks.
 */
final class AutoTopicCreation {
  private static final Logger log = Logger.getLogger(AutoTopicCreation.class);

  private final Controller controller;
  private final InternalTopics internalTopics;
  // A producer asks for the same topic many times a second while it waits: one attempt at a time.
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  AutoTopicCreation(Controller controller, InternalTopics internalTopics) {
    this.controller = controller;
    this.internalTopics = internalTopics;
  }

  /** Starts to create the topic; its name has been checked. */
  void create(String name) {
    if (!underWay.add(name)) {
      return;
    }
    NewTopic topic =
        internalTopics
            .definition(name)
            .orElseGet(() -> new NewTopic(name, -1, -1, Map.of(), Map.of()));
    controller
        .createTopics(List.of(topic), false)
        .whenComplete(
            (results, failure) -> {
              underWay.remove(name);
              if (failure != null) {
                log.warnf(failure, "Could not create topic %s that a client asked for", name);
              } else if (results.getFirst() instanceof Result.Refused<?> refused
                  && refused.refusal() != Refusal.TOPIC_ALREADY_EXISTS) {
                log.warnf(
                    "Could not create topic %s that a client asked for: %s",
                    name, refused.message());
              }
            });
  }
}
