package io.myelin.controller.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.InvalidProtocolBufferException;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher.Changes;
import io.myelin.metadata.MetadataStore.Change;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.rpc.controller.v1.ControllerMessage;
import io.myelin.rpc.controller.v1.Delta;
import io.myelin.rpc.controller.v1.Entry;
import io.myelin.rpc.controller.v1.Snapshot;
import io.myelin.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

class MetadataPushTest {
  private final Simulation simulation = new Simulation(1);
  private final TreeMap<Long, Change> stored = new TreeMap<>();
  private final List<Long> asked = new ArrayList<>();
  private final MetadataFeed feed = new MetadataFeed(this::past, simulation.clock(), Runnable::run);
  private final MetadataPush push = new MetadataPush(feed, () -> {});

  @Test
  void whoHasNothingGetsASnapshotInParts() {
    publish(image(1, 20, 1_000, 0));
    List<Snapshot> parts = new ArrayList<>();
    for (ControllerMessage next = next(); next != null; next = next()) {
      parts.add(next.getSnapshot());
    }
    assertThat(parts).hasSizeGreaterThan(4);
    assertThat(parts).extracting(Snapshot::getRevision).containsOnly(1L);
    assertThat(parts.getLast().getLast()).isTrue();
    assertThat(parts.subList(0, parts.size() - 1)).noneMatch(Snapshot::getLast);
    assertThat(parts).allMatch(part -> part.getSerializedSize() < 300 << 10);
    assertThat(parts.stream().mapToInt(Snapshot::getEntriesCount).sum()).isEqualTo(1 + 20 + 20_000);
  }

  @Test
  void whoComesBackGetsWhatChangedMeanwhile() {
    publish(image(1, 3, 2, 0));
    publish(image(2, 4, 2, 0));
    publish(image(3, 5, 2, 0));
    push.resume(1);
    Delta delta = next().getDelta();
    assertThat(delta.getFromRevision()).isEqualTo(1);
    assertThat(delta.getRevision()).isEqualTo(3);
    assertThat(delta.getEntriesCount()).isEqualTo(2 * 3);
    assertThat(next()).isNull();
  }

  @Test
  void whoWasAwayForTooLongGetsASnapshot() {
    publish(image(5, 3, 2, 0));
    push.resume(4);
    assertThat(next().hasSnapshot()).isTrue();
  }

  @Test
  void manyChangesBecomeOneDifference() {
    publish(image(1, 3, 2, 0));
    push.resume(1);
    for (int epoch = 1; epoch <= 100; epoch++) {
      publish(image(1 + epoch, 3, 2, epoch));
    }
    Delta delta = next().getDelta();
    assertThat(delta.getRevision()).isEqualTo(101);
    assertThat(delta.getEntriesCount()).isEqualTo(3 * 2);
    assertThat(next()).isNull();
  }

  @Test
  void aDifferenceIsMadeOnceForAllWhoNeedIt() {
    MetadataPush other = new MetadataPush(feed, () -> {});
    publish(image(1, 3, 2, 0));
    push.resume(1);
    other.resume(1);
    publish(image(2, 3, 2, 1));
    assertThat(push.next().getDelta()).isSameAs(other.next().getDelta());
  }

  @Test
  void aDifferenceThatIsTooLargeForAMessageBecomesASnapshot() {
    publish(image(1, 50, 1_000, 0));
    push.resume(1);
    publish(image(2, 50, 1_000, 1));
    assertThat(next().hasSnapshot()).isTrue();
  }

  @Test
  void whatChangesDuringASnapshotFollowsIt() {
    publish(image(1, 20, 1_000, 0));
    assertThat(next().hasSnapshot()).isTrue();
    publish(image(2, 21, 1_000, 0));
    ControllerMessage message = next();
    while (message.hasSnapshot()) {
      assertThat(message.getSnapshot().getRevision()).isEqualTo(1);
      message = next();
    }
    assertThat(message.getDelta().getFromRevision()).isEqualTo(1);
    assertThat(message.getDelta().getRevision()).isEqualTo(2);
    assertThat(message.getDelta().getEntriesCount()).isEqualTo(1 + 1_000);
  }

  @Test
  void whoLacksChangesOfAFormerControllerGetsThose() {
    stored(4, "a", "old");
    stored(6, "a", "1");
    stored(7, "b", null);
    stored(9, "a", "2");
    publish(image(9, 3, 2, 0));
    publish(image(10, 4, 2, 0));

    push.resume(4);

    Delta former = next().getDelta();
    assertThat(former.getFromRevision()).isEqualTo(4);
    assertThat(former.getRevision()).isEqualTo(9);
    assertThat(former.getEntriesList())
        .extracting(Entry::getKey, entry -> entry.getValue().toStringUtf8(), Entry::hasValue)
        .containsExactly(tuple("a", "2", true), tuple("b", "", false));
    Delta present = next().getDelta();
    assertThat(present.getFromRevision()).isEqualTo(9);
    assertThat(present.getRevision()).isEqualTo(10);
    assertThat(next()).isNull();
  }

  @Test
  void theStoreIsAskedOnceForAllWhoLackTheSame() {
    stored(4, "a", "old");
    stored(6, "a", "1");
    stored(9, "a", "2");
    publish(image(9, 3, 2, 0));
    MetadataPush other = new MetadataPush(feed, () -> {});
    MetadataPush further = new MetadataPush(feed, () -> {});

    other.resume(6);
    push.resume(4);
    further.resume(6);

    assertThat(next().getDelta().getFromRevision()).isEqualTo(4);
    assertThat(read(other.next()).getDelta().getFromRevision()).isEqualTo(6);
    assertThat(read(further.next()).getDelta().getFromRevision()).isEqualTo(6);
    assertThat(asked).containsExactly(6L, 4L);
  }

  @Test
  void aRevisionThatIsNotOfThisStoreGetsASnapshot() {
    stored(4, "a", "old");
    stored(6, "a", "1");
    stored(9, "a", "2");
    publish(image(9, 3, 2, 0));
    MetadataPush other = new MetadataPush(feed, () -> {});

    other.resume(4);
    push.resume(5);

    assertThat(read(other.next()).hasDelta()).isTrue();
    assertThat(next().hasSnapshot()).isTrue();
  }

  @Test
  void whatChangesWhileTheStoreIsAskedFollows() {
    CompletableFuture<Optional<List<Change>>> answer = new CompletableFuture<>();
    MetadataFeed slow =
        new MetadataFeed((after, upTo) -> answer, simulation.clock(), Runnable::run);
    ClusterImage first = image(9, 3, 2, 0);
    ClusterImage second = image(10, 4, 2, 0);
    slow.add(ClusterImage.empty(""), first, Changes.between(ClusterImage.empty(""), first));
    List<String> woken = new ArrayList<>();
    MetadataPush waiting = new MetadataPush(slow, () -> woken.add("woken"));
    waiting.resume(4);
    assertThat(waiting.next()).isNull();
    slow.add(first, second, Changes.between(first, second));
    waiting.changed(Changes.between(first, second));
    assertThat(waiting.next()).isNull();

    answer.complete(Optional.of(List.of(new Change(9, Map.of("a", Optional.empty())))));

    assertThat(woken).hasSize(1);
    assertThat(read(waiting.next()).getDelta().getRevision()).isEqualTo(9);
    assertThat(read(waiting.next()).getDelta().getRevision()).isEqualTo(10);
    assertThat(waiting.next()).isNull();
  }

  /** What the worker reads. */
  private ControllerMessage next() {
    return read(push.next());
  }

  private static ControllerMessage read(ControllerMessage.Builder sent) {
    try {
      return sent == null ? null : ControllerMessage.parseFrom(sent.build().toByteString());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private CompletableFuture<Optional<List<Change>>> past(long after, long upTo) {
    asked.add(after);
    return CompletableFuture.completedFuture(
        stored.containsKey(after)
            ? Optional.of(List.copyOf(stored.subMap(after, false, upTo, true).values()))
            : Optional.empty());
  }

  private void stored(long revision, String key, String value) {
    stored.put(
        revision,
        new Change(
            revision, Map.of(key, Optional.ofNullable(value).map(text -> text.getBytes(UTF_8)))));
  }

  private void publish(ClusterImage now) {
    ClusterImage before = feed.history().latest();
    Changes changes = Changes.between(before, now);
    feed.add(before, now, changes);
    push.changed(changes);
  }

  private static ClusterImage image(long revision, int topics, int partitions, int epoch) {
    ClusterImage image = ClusterImage.empty("cluster");
    PartitionImage partition = PartitionImage.of(List.of(1, 2, 3), List.of(1, 2, 3), 1, epoch, 0);
    for (int t = 0; t < topics; t++) {
      TreePVector<PartitionImage> all = TreePVector.empty();
      for (int p = 0; p < partitions; p++) {
        all = all.plus(partition);
      }
      image = image.withTopic(new TopicImage("topic-" + t, new UUID(0, t), all));
    }
    return image.withRevision(revision);
  }
}
