package io.myelin.controller.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher.Changes;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.rpc.controller.v1.ControllerMessage;
import io.myelin.rpc.controller.v1.Delta;
import io.myelin.rpc.controller.v1.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

class MetadataPushTest {
  private final ImageHistory history = new ImageHistory();
  private final MetadataPush push = new MetadataPush();

  @Test
  void whoHasNothingGetsASnapshotInParts() {
    publish(image(1, 20, 1_000, 0));
    List<Snapshot> parts = new ArrayList<>();
    for (ControllerMessage.Builder next = next(); next != null; next = next()) {
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
    push.resume(history, 1);
    Delta delta = next().getDelta();
    assertThat(delta.getFromRevision()).isEqualTo(1);
    assertThat(delta.getRevision()).isEqualTo(3);
    assertThat(delta.getEntriesCount()).isEqualTo(2 * 3);
    assertThat(next()).isNull();
  }

  @Test
  void whoWasAwayForTooLongGetsASnapshot() {
    publish(image(5, 3, 2, 0));
    push.resume(history, 4);
    assertThat(next().hasSnapshot()).isTrue();
  }

  @Test
  void manyChangesBecomeOneDifference() {
    publish(image(1, 3, 2, 0));
    push.resume(history, 1);
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
    MetadataPush other = new MetadataPush();
    publish(image(1, 3, 2, 0));
    push.resume(history, 1);
    other.resume(history, 1);
    publish(image(2, 3, 2, 1));
    assertThat(next().getDelta()).isSameAs(other.next(history).getDelta());
  }

  @Test
  void aDifferenceThatIsTooLargeForAMessageBecomesASnapshot() {
    publish(image(1, 50, 1_000, 0));
    push.resume(history, 1);
    publish(image(2, 50, 1_000, 1));
    assertThat(next().hasSnapshot()).isTrue();
  }

  @Test
  void whatChangesDuringASnapshotFollowsIt() {
    publish(image(1, 20, 1_000, 0));
    assertThat(next().hasSnapshot()).isTrue();
    publish(image(2, 21, 1_000, 0));
    ControllerMessage.Builder message = next();
    while (message.hasSnapshot()) {
      assertThat(message.getSnapshot().getRevision()).isEqualTo(1);
      message = next();
    }
    assertThat(message.getDelta().getFromRevision()).isEqualTo(1);
    assertThat(message.getDelta().getRevision()).isEqualTo(2);
    assertThat(message.getDelta().getEntriesCount()).isEqualTo(1 + 1_000);
  }

  private ControllerMessage.Builder next() {
    return push.next(history);
  }

  private void publish(ClusterImage now) {
    Changes changes = Changes.between(history.latest(), now);
    history.add(history.latest(), now, changes);
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
