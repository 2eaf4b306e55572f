package io.myelin.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.CorruptLogException;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory.StoredPartition;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.sim.TestingThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePVector;

final class PartitionsTest {
  private static final ClusterImage NOTHING = ClusterImage.empty("cluster");

  private final TestingLogDirectory directory = new TestingLogDirectory();
  private final TestingExecutor workers = new TestingExecutor();
  private final TestingExecutor shard = new TestingExecutor();
  private final TestingExecutor validators = new TestingExecutor();
  private LogConfig config = LogConfig.DEFAULT;
  private Partitions partitions;
  private ClusterImage image = NOTHING;

  @BeforeEach
  void create() throws IOException {
    create(directory);
  }

  private void create(TestingLogDirectory... directories) throws IOException {
    partitions =
        new Partitions(
            0,
            List.of(directories),
            1,
            new TestingThreads(shard, validators),
            workers,
            (image, topic) -> new PartitionSettings(config, null, 1));
  }

  @Test
  void aTopicMadeAgainAtOnceIsOpenedAfterTheOldOneIsGone() {
    publish(with(1));
    run();
    publish(NOTHING);
    publish(with(2));
    run();

    assertThat(directory.calls).containsExactly("open t-0 of 1", "delete t-0", "open t-0 of 2");
    assertThat(partitions.get("t", 0).isOpen()).isTrue();
  }

  @Test
  void aTopicThatIsGoneBeforeItsLogWasOpenedIsNeverOpened() {
    publish(with(1));
    var log = partitions.get("t", 0).log(); // somebody waits for it: that makes it urgent
    publish(NOTHING);
    publish(with(2));
    publish(NOTHING);
    publish(with(3));
    run();

    assertThat(log).isCompletedExceptionally();
    assertThat(directory.calls).containsExactly("delete t-0", "delete t-0", "open t-0 of 3");
    assertThat(partitions.get("t", 0).isOpen()).isTrue();
  }

  @Test
  void afterClosingNothingIsOpenedOrAppended() {
    publish(with(1));
    Partition partition = partitions.get("t", 0);
    var closed = partitions.close();
    publish(with(2));
    run();

    assertThat(closed).isCompleted();
    assertThat(partition.isLeading()).isFalse();
    assertThat(directory.calls).isEmpty();
  }

  private void holdsAtTheStart(String... topics) throws IOException {
    for (String topic : topics) {
      directory.stored.add(new StoredPartition(topic, 0, new UUID(0, 1)));
    }
    create(directory);
  }

  @Test
  void whatIsNoReplicaAnyMoreIsSetAsideAndWhatIsOneIsOpened() throws IOException {
    holdsAtTheStart("deleted", "t", "__cluster_metadata");
    publish(with(1));
    run();
    assertThat(directory.calls).as("nobody has vouched for it").containsExactly("open t-0 of 1");

    partitions.setStraysAside();
    partitions.setStraysAside();
    run();

    assertThat(directory.calls).containsExactly("open t-0 of 1", "set aside deleted-0");
  }

  @Test
  void aReplicaThatWasMovedAwayMeanwhileIsSetAside() throws IOException {
    holdsAtTheStart("t");
    publish(on(1, 1));
    partitions.setStraysAside();
    run();

    assertThat(directory.calls).containsExactly("set aside t-0");
  }

  @Test
  void aReplicaThatComesBackIsMadeAnewWhenItsFormerFolderIsSetAside() throws IOException {
    holdsAtTheStart("t");
    partitions.setStraysAside();
    publish(with(1));
    run();

    assertThat(directory.calls).containsExactly("set aside t-0", "open t-0 of 1");
    assertThat(partitions.get("t", 0).isOpen()).isTrue();
  }

  @Test
  void afterClosingNothingIsSetAside() throws IOException {
    holdsAtTheStart("deleted");
    partitions.close();
    partitions.setStraysAside();
    run();

    assertThat(directory.calls).isEmpty();
  }

  @Test
  void knowsNoDirectoryOfAPartitionThatHasLeft() {
    publish(with(1));
    Partition partition = partitions.get("t", 0);
    publish(NOTHING);

    assertThat(partitions.directoryOf(partition)).isNull();
  }

  @Test
  void hasNoPartitionWithANegativeNumberOrBeyondTheLast() {
    publish(with(1));

    assertThat(partitions.get("t", -1)).isNull();
    assertThat(partitions.get("t", Integer.MIN_VALUE)).isNull();
    assertThat(partitions.get("t", 1)).isNull();
    assertThat(partitions.get("../t", 0)).isNull();
  }

  @Test
  void validatorsThatAreAllBusyHoldUpNeitherFlushesNorTheOpeningOfLogs() {
    config = PartitionTest.flushingEachMessage();
    publish(with(1));
    run();
    List<AppendOutcome> outcomes = new ArrayList<>();
    Partition partition = partitions.get("t", 0);
    partition.append(PartitionTest.batch(1), new PendingAppend(true, outcomes::add));
    partition.append(PartitionTest.compressed(), new PendingAppend(true, outcomes::add), 0);

    publish(with(1, 2));
    run(); // everybody but the validators

    assertThat(outcomes).as("the first is flushed").hasSize(1);
    assertThat(outcomes.getFirst()).isEqualTo(new AppendOutcome.Stored(0, 1, -1, 0));
    assertThat(partitions.get("t", 1).isOpen()).isTrue();
    validators.runAll();
    run();
    assertThat(outcomes).as("the second has its verdict").hasSize(2);
  }

  private void publish(ClusterImage next) {
    partitions.onImage(image, next, new MetadataPublisher.Changes(Set.of("t"), Set.of(), Set.of()));
    image = next;
  }

  private static ClusterImage with(long id) {
    return on(0, id);
  }

  private static ClusterImage with(long id, int partitions) {
    PartitionImage here = PartitionImage.of(List.of(0), List.of(0), 0, 0, 0);
    return NOTHING.withTopic(
        new TopicImage(
            "t", new UUID(0, id), TreePVector.from(Collections.nCopies(partitions, here))));
  }

  private static ClusterImage on(int broker, long id) {
    return NOTHING.withTopic(
        new TopicImage(
            "t",
            new UUID(0, id),
            TreePVector.singleton(
                PartitionImage.of(List.of(broker), List.of(broker), broker, 0, 0))));
  }

  private void run() {
    for (int i = 0; i < 20; i++) {
      workers.runAll();
      shard.runAll();
    }
  }

  @Test
  void aPartitionThatCouldNotBeOpenedIsTriedAgainAndLedAsBefore() {
    directory.failOpening = new IOException("no room");
    publish(with(1));
    run();
    Partition failed = partitions.get("t", 0);
    assertThat(failed.failure()).hasMessage("no room");
    partitions.reopenFailed();
    run();
    assertThat(partitions.get("t", 0).failure()).hasMessage("no room");

    directory.failOpening = null;
    partitions.reopenFailed();
    run();

    Partition back = partitions.get("t", 0);
    assertThat(back.isOpen()).isTrue();
    assertThat(back.isLeading()).isTrue();
    assertThat(back.leaderEpoch()).isEqualTo(failed.leaderEpoch());
    assertThat(partitions.all()).containsExactly(back);
    partitions.reopenFailed();
    assertThat(partitions.get("t", 0)).isSameAs(back);
  }

  @Test
  void aDamagedPartitionIsLeftForAPersonToLookAt() {
    directory.failOpening = new CorruptLogException("damaged at byte 7");
    publish(with(1));
    run();
    Partition failed = partitions.get("t", 0);

    directory.failOpening = null;
    partitions.reopenFailed();
    run();

    assertThat(partitions.get("t", 0)).isSameAs(failed);
    assertThat(directory.calls).isEmpty();
  }

  @Test
  void aTopicThatIsGoneIsNotTriedAgain() {
    directory.failOpening = new IOException("no room");
    publish(with(1));
    run();
    publish(NOTHING);
    directory.failOpening = null;
    partitions.reopenFailed();
    run();

    assertThat(directory.calls).containsExactly("delete t-0");
    assertThat(partitions.all()).isEmpty();
  }

  @Test
  void newPartitionsGoToDirectoriesThatAreNotCordoned() throws IOException {
    TestingLogDirectory other = new TestingLogDirectory("other");
    Set<Path> cordoned = new HashSet<>(Set.of(directory.path().toAbsolutePath()));
    create(directory, other);
    partitions.cordonBy(image -> Set.copyOf(cordoned));
    publish(with(1));
    assertThat(partitions.directoryOf(partitions.get("t", 0))).isSameAs(other);
    assertThat(partitions.isCordoned(directory)).isTrue();

    cordoned.add(other.path().toAbsolutePath());
    publish(NOTHING);
    publish(with(2));

    assertThat(partitions.directoryOf(partitions.get("t", 0)))
        .as("whoever puts a replica here all the same means it")
        .isNotNull();
  }
}
