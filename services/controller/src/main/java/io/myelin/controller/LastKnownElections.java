package io.myelin.controller;

import io.myelin.controller.LastKnownSurvey.Effect;
import io.myelin.controller.session.SessionHost.LogEnd;
import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.MetadataPublisher.Changes;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/** Carries out what {@link LastKnownSurvey} decides. Confined to the sessions' executor. */
final class LastKnownElections {
  private static final Logger log = Logger.getLogger(LastKnownElections.class);

  private final Executor executor;
  private final LastKnownSurvey survey = new LastKnownSurvey();
  private BiConsumer<Integer, List<Replica>> ask = (broker, replicas) -> {};
  private ActiveController controller;

  /** Elections that are asked for and not answered yet. */
  private final Set<Replica> underWay = new HashSet<>();

  LastKnownElections(Executor executor) {
    this.executor = executor;
  }

  /**
   * @param way how a broker is asked for the ends of its logs
   */
  void askThrough(BiConsumer<Integer, List<Replica>> way) {
    ask = way;
  }

  void leads(ActiveController mine) {
    controller = mine;
    survey.takeOver();
    underWay.clear();
    mine.subscribe(
        new MetadataPublisher.Listener() {
          @Override
          public void onImage(ClusterImage before, ClusterImage now) {
            onImage(before, now, Changes.between(before, now));
          }

          @Override
          public void onImage(ClusterImage before, ClusterImage now, Changes changes) {
            executor.execute(() -> changed(mine, now, changes));
          }
        });
  }

  private void changed(ActiveController of, ClusterImage now, Changes changes) {
    if (of == controller) {
      survey.changed(now, changes.topics());
    }
  }

  void answered(int broker, long brokerEpoch, Map<Replica, LogEnd> ends, long nowMs) {
    survey.answered(broker, brokerEpoch, ends);
    round(nowMs);
  }

  void round(long nowMs) {
    for (Effect effect : survey.round(controller.image(), nowMs)) {
      switch (effect) {
        case Effect.Ask question -> ask.accept(question.broker(), question.replicas());
        case Effect.Elect best -> elect(controller, best);
      }
    }
  }

  /** An effect comes again until the metadata show it: it must not be asked for again meanwhile. */
  private void elect(ActiveController mine, Effect.Elect best) {
    if (!underWay.add(best.partition())) {
      return;
    }
    log.warnf(
        "Nobody is sure to have all of partition %d of topic %s: broker %d has most of those that"
            + " may, and leads",
        best.partition().partition(), best.partition().topicId(), best.broker());
    mine.electLastKnown(best)
        .whenCompleteAsync(
            (result, failure) -> {
              if (controller == mine) {
                underWay.remove(best.partition());
              }
            },
            executor);
  }
}
