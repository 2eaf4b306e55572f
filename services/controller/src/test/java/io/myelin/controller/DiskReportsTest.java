package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.controller.DiskReports.Effect;
import io.myelin.controller.session.SessionHost.Replica;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

class DiskReportsTest {
  private static final UUID TOPIC = new UUID(1, 1);
  private static final Replica REPLICA = new Replica(TOPIC, 0);

  private final DiskReports reports = new DiskReports();

  private static ClusterImage image(Integer... offline) {
    PartitionImage partition =
        new PartitionImage(
            List.of(1, 2),
            List.of(2),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            2,
            1,
            1,
            List.of(offline));
    return ClusterImage.empty("")
        .withTopic(new TopicImage("a", TOPIC, TreePVector.singleton(partition)));
  }

  @Test
  void aFailureIsWrittenUntilTheMetadataSaySo() {
    Effect failed = new Effect(1, Set.of(REPLICA), Set.of());

    assertThat(reports.heard(1, Set.of(REPLICA), image())).contains(failed);
    assertThat(reports.heard(1, Set.of(REPLICA), image())).contains(failed);
    assertThat(reports.heard(1, Set.of(REPLICA), image(1))).isEmpty();
  }

  @Test
  void whatIsNotReportedAnyMoreIsBack() {
    Effect back = new Effect(1, Set.of(), Set.of(REPLICA));
    assertThat(reports.heard(1, Set.of(REPLICA), image(1))).isEmpty();

    assertThat(reports.heard(1, Set.of(), image(1))).contains(back);
    assertThat(reports.heard(1, Set.of(), image(1))).contains(back);
    assertThat(reports.heard(1, Set.of(), image())).isEmpty();
  }

  @Test
  void aNewControllerKnowsFromTheMetadataWhatWasReported() {
    reports.takeOver(image(1));

    assertThat(reports.heard(1, Set.of(), image(1)))
        .contains(new Effect(1, Set.of(), Set.of(REPLICA)));
  }

  @Test
  void whatIsNotThereAnyMoreIsNoMatter() {
    Replica gone = new Replica(new UUID(9, 9), 0);

    assertThat(reports.heard(1, Set.of(gone, new Replica(TOPIC, 7)), image())).isEmpty();
    assertThat(reports.heard(3, Set.of(REPLICA), image())).as("another's").isEmpty();
  }
}
