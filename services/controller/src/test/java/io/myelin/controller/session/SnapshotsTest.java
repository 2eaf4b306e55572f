package io.myelin.controller.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.controller.session.Snapshots.Place;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher.Changes;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

class SnapshotsTest {
  private final Simulation simulation = new Simulation(1);
  private final ImageHistory history = new ImageHistory();
  private final Snapshots snapshots = new Snapshots(history, simulation.clock());
  private final List<String> woken = new ArrayList<>();

  private Place place(String worker) {
    return snapshots.place(() -> woken.add(worker));
  }

  private List<Place> full() {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < Snapshots.PLACES_MAX; i++) {
      places.add(place("early " + i));
      assertThat(places.getLast().enter()).isTrue();
    }
    return places;
  }

  private void publish(ClusterImage now) {
    history.add(history.latest(), now, Changes.between(history.latest(), now));
  }

  private static ClusterImage image(long revision, int partitions) {
    TreePVector<PartitionImage> all = TreePVector.empty();
    for (int p = 0; p < partitions; p++) {
      all = all.plus(PartitionImage.of(List.of(1, 2, 3), List.of(1, 2, 3), 1, (int) revision, 0));
    }
    return ClusterImage.empty("cluster")
        .withTopic(new TopicImage("topic", new UUID(0, 1), all))
        .withRevision(revision);
  }

  @Test
  void placesGoToThoseWhoWaitInTheirOrder() {
    List<Place> early = full();
    Place first = place("first");
    Place second = place("second");
    assertThat(first.enter()).isFalse();
    assertThat(second.enter()).isFalse();

    early.getFirst().leave();

    assertThat(woken).containsExactly("first");
    assertThat(second.enter()).isFalse();
    assertThat(first.enter()).isTrue();
  }

  @Test
  void whoeverIsGoneWaitsForNoPlace() {
    List<Place> early = full();
    Place gone = place("gone");
    Place next = place("next");
    gone.enter();
    next.enter();

    gone.leave();
    early.getLast().leave();

    assertThat(woken).containsExactly("next");
  }

  @Test
  void whoStandsStillLosesItsPlaceToTheNextOneWhoWaits() {
    List<Place> early = full();
    Place first = place("first");
    Place second = place("second");
    first.enter();
    second.enter();
    simulation.runFor(Snapshots.STILL_MS_MAX + 1);
    early.subList(1, early.size()).forEach(Place::enter);

    assertThat(second.enter()).as("it is not its turn").isFalse();
    assertThat(first.enter()).isTrue();
    assertThat(early.getFirst().enter()).as("it waits again").isFalse();
    assertThat(early.getLast().enter()).isTrue();
  }

  @Test
  void whoComesLaterIsSentTheSameAsLongAsADifferenceLeadsOnFromIt() {
    publish(image(1, 10));
    full();
    SharedSnapshot first = snapshots.current();

    publish(image(2, 10));
    assertThat(snapshots.current()).isSameAs(first);

    publish(image(3, 60_000));
    assertThat(snapshots.current().image().revision()).as("too far from there").isEqualTo(3);
  }

  @Test
  void nothingIsKeptWhenNobodyIsSentAny() {
    publish(image(1, 10));
    List<Place> places = full();
    SharedSnapshot first = snapshots.current();

    places.forEach(Place::leave);

    assertThat(snapshots.current()).isNotSameAs(first);
  }
}
